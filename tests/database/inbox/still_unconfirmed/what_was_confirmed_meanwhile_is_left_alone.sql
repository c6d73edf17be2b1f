begin;
select plan(3);

select tests.receive_events(tests.unconfirmed('evt_1', tests.fact_captured('pi_1')));
select tests.receive_events(tests.confirmed('evt_1', tests.fact_captured('pi_1')));
select inbox.still_unconfirmed((tests.the_event('evt_1')).id, 'too late');

select is((tests.the_event('evt_1')).status, 'applied', 'another courier was faster');
select is((tests.the_event('evt_1')).error, null, 'its error is not overwritten');
select is((tests.the_event('evt_1')).next_attempt_at, null, 'it is not asked about');

select * from finish();
rollback;
