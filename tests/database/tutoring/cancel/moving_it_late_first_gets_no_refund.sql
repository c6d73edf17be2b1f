begin;
select plan(4);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

update public.tutors set reschedule_hours = 1 where email = 'tutor@tests.example';
select tests.a_paid_lesson('hour', now() + interval '3 hours');
select is(tests.moves('student@tests.example', now() + interval '9 days'), 'student 1', 'moved three hours before');
select is(tests.cancels('student@tests.example'), 'student none', 'then cancelled: not refunded');
select tests.a_paid_lesson('next', now() + interval '3 hours');
select tests.moves('student@tests.example', now() + interval '9 days');
select is(tests.moves('tutor@tests.example', now() + interval '4 hours'), 'tutor 2', 'where the tutor moved it after');
select is(tests.cancels('student@tests.example'), 'student requested 1000', 'it is, at any time');

select * from finish();
rollback;
