begin;
select plan(1);

select tests.create_user('tutor@tests.example');
select tests.create_user('student@tests.example');
select tests.create_user('guest@tests.example');
select tests.create_user('account@tests.example');
select tests.a_session('lesson');
update public.tutoring_sessions s set student_user_id = tests.user_id('account@tests.example')
  where s.id = tests.id('lesson');
select tests.receive(tests.fact_meeting('rec_1', '{tutor@tests.example,student@tests.example,guest@tests.example}')
  || tests.a_summary());

select is(tests.notified('rec_1'), 'account@tests.example tutor@tests.example',
  'the student''s account, where the session names one, and the tutor''s by address');

select * from finish();
rollback;
