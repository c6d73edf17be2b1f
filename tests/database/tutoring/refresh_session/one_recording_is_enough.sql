begin;
select plan(3);

select tests.a_session('lesson');
select tests.receive(tests.fact_meeting('rec_1'));
select tests.receive(tests.fact_meeting('rec_2'));
select tests.receive(tests.fact_meeting('rec_2', '{unknown@tests.example}', 1));
select is((tests.the_session('lesson')).status, 'completed', 'one turns out to be of another session, one is left');
select tests.receive(tests.fact_meeting('rec_1', '{unknown@tests.example}', 1));

select is((tests.the_session('lesson')).status, 'scheduled', 'none is left');
select is((tests.the_session('lesson')).completed_by_recap, false, 'and no trace');

select * from finish();
rollback;
