begin;
select plan(3);

select tests.receive_events(tests.unconfirmed('evt_1', tests.fact_captured('pi_1')));
select is(tests.receive_events(tests.confirmed('evt_1')), 'ignored',
  'the provider confirms it, and it holds no fact');
select is((tests.the_event('evt_1')).next_attempt_at, null, 'there is nothing left to ask');
select is((tests.the_event('evt_1')).error, null, 'nor to wait for');

select * from finish();
rollback;
