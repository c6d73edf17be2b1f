begin;
select plan(4);

select tests.receive_events(tests.unconfirmed('evt_1', tests.fact_captured('pi_1')) || '{"body": "came first"}');
select tests.receive_events(tests.confirmed('evt_1', tests.fact_captured('pi_1')) || '{"body": "came second"}');

select is((tests.the_event('evt_1')).body, 'came second', 'its own body');
select is((tests.the_event('evt_1')).confirmation, 'what the provider says', 'and what the provider said');
select is((tests.the_event('evt_1')).next_attempt_at, null, 'the provider is asked no more');
select is_empty($$ select 1 from inbox.unconfirmed_due(1000000) u where u.provider = 'tests' $$,
  'nor by the courier');

select * from finish();
rollback;
