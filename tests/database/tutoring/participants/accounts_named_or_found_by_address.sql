begin;
select plan(1);

select tests.create_user('tutor@tests.example');
select tests.create_user('student@tests.example');
select tests.create_user('account@tests.example');
select tests.a_session('lesson');
update public.tutoring_sessions s set student_user_id = tests.user_id('account@tests.example')
  where s.id = tests.id('lesson');

select results_eq(
  $$ select p.role, p.email, p.user_id from tutoring.participants(tests.the_session('lesson')) p $$,
  $$ values ('tutor', 'tutor@tests.example', tests.user_id('tutor@tests.example')),
  ('student', 'student@tests.example', tests.user_id('account@tests.example')) $$,
  'a named account takes precedence over the one with the address'
);

select * from finish();
rollback;
