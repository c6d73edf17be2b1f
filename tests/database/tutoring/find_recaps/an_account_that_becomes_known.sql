begin;
select plan(2);

select tests.create_user('account@tests.example');
select tests.a_session('lesson');
select tests.receive(tests.fact_meeting('rec_1') || tests.a_summary());
select is(tests.notified('rec_1'), null, 'guests get no notifications');
update public.tutoring_sessions s set student_user_id = tests.user_id('account@tests.example')
  where s.id = tests.id('lesson');

select is(tests.notified('rec_1'), 'account@tests.example', 'once there is an account, it is notified');

select * from finish();
rollback;
