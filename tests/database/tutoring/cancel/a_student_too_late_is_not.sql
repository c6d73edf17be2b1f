begin;
select plan(5);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

select tests.a_paid_lesson('hour', now() + interval '24 hours' - interval '1 minute');
select is(tests.cancels('student@tests.example'), 'student none', 'less than a day before');
select is((tests.the_session('session')).status, 'cancelled', 'it is cancelled all the same');
select is((select count(*)::integer from public.refund_requests), 0, 'nothing is refunded');
select ok((select c.late from public.tutoring_session_changes c), 'it is kept that it was late');
update public.tutors set cancel_hours = 2 where email = 'tutor@tests.example';
select tests.a_paid_lesson('next', now() + interval '3 hours');
select is(tests.cancels('student@tests.example'), 'student requested 1000', 'each tutor has a rule of their own');

select * from finish();
rollback;
