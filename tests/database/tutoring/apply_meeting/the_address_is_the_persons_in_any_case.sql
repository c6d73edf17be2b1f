begin;
select plan(1);

select tests.a_session('lesson');
select tests.receive(tests.fact_meeting('rec_1', '{Tutor@Tests.Example,STUDENT@tests.example}'));

select is((tests.the_recap('rec_1')).tutoring_session_id, tests.id('lesson'), 'capitals do not matter');

select * from finish();
rollback;
