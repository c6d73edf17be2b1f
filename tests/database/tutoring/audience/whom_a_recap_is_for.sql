begin;
select plan(3);

select tests.create_user('student@tests.example');
select tests.receive(tests.fact_meeting('rec_1', '{student@tests.example,guest@tests.example}'));
select results_eq(
  $$ select a.role, a.name, a.email, a.user_id from tutoring.audience((tests.the_recap('rec_1')).id) a
  order by a.email $$,
  $$ values (null, 'Guest', 'guest@tests.example', null),
  (null, 'Student', 'student@tests.example', tests.user_id('student@tests.example')) $$,
  'without a session: the participants'
);
select tests.a_session('lesson');
select results_eq(
  $$ select a.role, a.name, a.email, a.user_id from tutoring.audience((tests.the_recap('rec_1')).id) a
  order by a.email $$,
  $$ values ('student', 'Student', 'student@tests.example', tests.user_id('student@tests.example')),
  ('tutor', null, 'tutor@tests.example', null) $$,
  'of a session: tutor and student, though the tutor was not there'
);
select is_empty($$ select 1 from tutoring.audience(gen_random_uuid()) $$, 'of no recap: nobody');

select * from finish();
rollback;
