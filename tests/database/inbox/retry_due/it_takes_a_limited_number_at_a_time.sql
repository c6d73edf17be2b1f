begin;
select plan(3);

select inbox.retry_due(1000000);
select tests.receive_events(tests.an_event('evt_1', '{"type": "no.such.fact"}'),
  tests.an_event('evt_2', '{"type": "no.such.fact"}'));
select tests.time_passes('evt_1', '1 hour');
select tests.time_passes('evt_2', '2 hours');

select is(inbox.retry_due(1), 1, 'no more than at_most');
select is((tests.the_event('evt_2')).attempts, 2, 'the one that is longest due first');
select is((tests.the_event('evt_1')).attempts, 1, 'the other in the next run');

select * from finish();
rollback;
