begin;
select plan(6);

select tests.create_user('student@tests.example');
select tests.a_session('lesson');
select tests.a_session('later', 3600);
select tests.receive(tests.fact_meeting('rec_1') || tests.a_summary());
select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('lesson'), 'it belongs to the nearest');

update public.tutoring_sessions s set status = 'cancelled' where s.id = tests.id('lesson');
select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('later'),
  'that one is cancelled: it belongs to the next');
delete from public.tutoring_sessions s where s.id = tests.id('later');
select is((tests.the_recap('rec_1')).tutoring_session_id, null, 'that one is deleted: it belongs to none');
update public.tutoring_sessions s set status = 'scheduled' where s.id = tests.id('lesson');
select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('lesson'), 'the first takes place after all');
select is((tests.the_session('lesson')).status, 'completed', 'and is completed');
select is(tests.notified('rec_1'), 'student@tests.example', 'the notifications stay');

select * from finish();
rollback;
