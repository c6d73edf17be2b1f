begin;
select plan(8);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

select tests.a_paid_lesson('hour', now() + interval '1 hour');
select is(tests.cancels('admin@tests.example'), '22023 reason_missing', 'an admin says why');
select is(tests.cancels('admin@tests.example', '<why>'), '22023 reason_missing', 'in words of their own');
select is(tests.cancels('student@tests.example', refund => true), '42501', 'a student does not decide about money');
select is(tests.cancels('admin@tests.example', 'Out of goodwill.', false), 'admin none', 'an admin does: no refund');
select tests.a_paid_lesson('next', now() + interval '1 hour');
select is(tests.cancels('admin@tests.example', 'The student had an accident.'), 'admin requested 1000', 'or one');
select tests.a_paid_lesson('past', now() + interval '2 hours');
update public.tutoring_sessions set starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour'
  where id = tests.id('session');
select is(tests.cancels('tutor@tests.example'), 'PT409 session_over', 'a tutor not after it began');
select is((select c.changed_as::text from tutoring.cancel(tests.id('session'), 'Nobody was there.') c), 'admin',
  'an admin does, also in Studio');
update public.tutoring_sessions set status = 'completed' where id = tests.id('session');
select is(tests.cancels('admin@tests.example', 'x'), 'PT409 session_over', 'but not what took place');

select * from finish();
rollback;
