begin;
select plan(5);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

select tests.a_paid_lesson('hour', now() + interval '3 days');
select is(tests.cancels('other@tests.example'), 'PT404 session_unknown', 'nobody else');
select is(tests.moves('other@tests.example', now() + interval '4 days'), 'PT404 session_unknown', 'moves it either');
select tests.as_anon();
select is(tests.refusal($$ select public.cancel_session(tests.id('session')) $$), '42501', 'nor a guest');
select is(tests.refusal($$ select tutoring.cancel(tests.id('session')) $$), '42501', 'the schema is closed');
select tests.as_owner();
select is((tests.the_session('session')).status, 'scheduled', 'it takes place');

select * from finish();
rollback;
