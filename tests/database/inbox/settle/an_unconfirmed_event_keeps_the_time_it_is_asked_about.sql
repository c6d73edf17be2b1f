begin;
select plan(3);

select tests.receive_events(tests.unconfirmed('evt_1', tests.fact_captured('pi_1')));
select is((tests.the_event('evt_1')).error, 'Kept until the provider confirms it.',
  'it was settled: nothing is applied');
select is((tests.the_event('evt_1')).next_attempt_at, now() + interval '30 seconds',
  'and it is asked about all the same');
select inbox.settle(tests.the_event('evt_1'), true);
select is((tests.the_event('evt_1')).next_attempt_at, now() + interval '30 seconds', 'as often as it is settled');

select * from finish();
rollback;
