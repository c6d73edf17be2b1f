begin;
select plan(2);

select tests.a_session('lesson');
select tests.receive(tests.fact_meeting('rec_1'));
select tests.receive(tests.fact_meeting('rec_2') || jsonb_build_object('started_at', tests.moment(2000), 'ended_at',
  tests.moment(3000)));

select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('lesson'), 'the first is of the session');
select is((tests.the_recap('rec_2')).tutoring_session_id, tests.id('lesson'), 'and so is the second');

select * from finish();
rollback;
