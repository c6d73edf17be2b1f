begin;
select plan(4);

select calendar.connect();
select tests.create_user('pupil@tests.example');
select tests.a_coming_session('lesson', student => '');
select is((select array_agg(concat_ws(' ', p.role, p.email) order by p.role)
  from calendar.people(tests.the_entry('lesson')) p), '{student,tutor tutor@tests.example}', 'the student has none');
select is((select t.left_out from calendar.task(tests.id('lesson')) t), '["student"]', 'who is left out is said');
update public.tutoring_sessions s set student_user_id = tests.user_id('pupil@tests.example')
  where s.id = tests.id('lesson');
select is((select t.emails from calendar.task(tests.id('lesson')) t), '["pupil@tests.example", "tutor@tests.example"]',
  'the account has one');
update public.tutoring_sessions s set student_email = 'no address' where s.id = tests.id('lesson');
select is((select t.left_out from calendar.task(tests.id('lesson')) t), '["student"]', 'one that is none is left out');

select * from finish();
rollback;
