begin;
select plan(2);

select tests.receive_events(
  tests.unconfirmed('evt_due', tests.fact_captured('pi_1')) || '{"body": "{}", "headers": {"user-agent": "x"}}',
  tests.unconfirmed('evt_later', tests.fact_captured('pi_1')),
  tests.unconfirmed('evt_given_up', tests.fact_captured('pi_1')),
    tests.confirmed('evt_failed', '{"type": "no.such.fact"}'), tests.an_event('evt_signed')
);
select tests.time_passes('evt_due', '1 minute');
select tests.time_passes('evt_failed', '1 minute');
update inbox.events set next_attempt_at = null where provider = 'tests' and provider_event_id = 'evt_given_up';

select results_eq(
  $$ select u.id, u.provider, u.provider_event_id, u.body, u.headers from inbox.unconfirmed_due(1000000) u
  where u.provider = 'tests' $$,
  $$ select (tests.the_event('evt_due')).id, 'tests', 'evt_due', '{}', '{"user-agent": "x"}'::jsonb $$,
    'with all that is needed to ask the provider; not those that are not due or confirmed'
);
select is((select count(*)::integer from inbox.unconfirmed_due(0)), 0, 'no more than at_most');

select * from finish();
rollback;
