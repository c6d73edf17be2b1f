begin;
select plan(2);

select tests.a_session('lesson');
update public.tutoring_sessions s set status = 'completed' where s.id = tests.id('lesson');
select tests.receive(tests.fact_meeting('rec_1'));
select tests.receive(tests.fact_meeting('rec_1', '{unknown@tests.example}', 1));
select is((tests.the_recap('rec_1')).tutoring_session_id, null, 'the recording was of another session');

select is((tests.the_session('lesson')).status, 'completed', 'the recording had not completed it');

select * from finish();
rollback;
