begin;
select plan(3);

-- Its provider was asked for three days, and then it was confirmed by hand: applying it was never attempted.
select tests.receive_events(tests.unconfirmed('evt_1', tests.fact_captured('pi_1')),
  tests.unconfirmed('evt_2', tests.fact_captured('pi_2')));
update inbox.events set attempts = 11, next_attempt_at = null where provider = 'tests';

select is(tests.receive_events(tests.confirmed('evt_1', '{"type": "no.such.fact"}')), 'failed',
  'it fails for the first time');
select is((tests.the_event('evt_1')).next_attempt_at, now() + interval '30 seconds', 'and is retried soon');
select tests.receive_events(tests.confirmed('evt_2', tests.fact_captured('pi_2')));
select is((tests.the_event('evt_2')).attempts, 1, 'another one is applied at the first attempt');

select * from finish();
rollback;
