begin;
select plan(3);

select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1')),
  tests.an_event('evt_2', '{"type": "no.such.fact"}'));
select inbox.still_unreadable((tests.the_event('evt_1')).id, 'too late');
select inbox.still_unreadable((tests.the_event('evt_2')).id, 'too late');

select is((tests.the_event('evt_1')).status, 'applied', 'another courier was faster');
select is((tests.the_event('evt_1')).error, null, 'its error is not overwritten');
select is((tests.the_event('evt_2')).attempts, 1, 'one that was read and failed is not affected');

select * from finish();
rollback;
