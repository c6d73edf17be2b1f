begin;
select plan(4);

select tests.a_session('lesson');
select tests.a_session('called_off', status => 'cancelled');
select tests.receive(tests.fact_meeting('rec_1') || '{"ended_at": null}');
select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('lesson'), 'it finds its session');
select is((tests.the_session('lesson')).status, 'scheduled', 'which is not over, like the recording');
select tests.receive(tests.fact_meeting('rec_1', at => 1));

select is((tests.the_session('lesson')).status, 'completed', 'with the end of the recording it is completed');
select is((tests.the_session('called_off')).status, 'cancelled', 'a cancelled one stays cancelled');

select * from finish();
rollback;
