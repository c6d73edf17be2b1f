begin;
select plan(2);

select tests.receive_events(
  tests.an_event('evt_applied', tests.fact_captured('pi_1')), tests.an_event('evt_nothing'),
  tests.an_event('evt_failed', '{"type": "no.such.fact"}'),
  tests.an_event('evt_unread') || '{"facts": null}'
);

select is(
  tests.missing(
    'events', tests.an_event('evt_new', tests.fact_captured('pi_1')),
    tests.an_event('evt_applied', tests.fact_captured('pi_1')), tests.an_event('evt_nothing'),
    tests.an_event('evt_failed'), tests.an_event('evt_unread'), tests.an_event('evt_new_nothing')
  ),
  '0 5', 'events with any status are here; the others are missing'
);
select is(tests.missing('events', tests.an_event('evt_applied') || '{"provider": "tests_other"}'), '0',
  'the same id of another provider is another event');

select * from finish();
rollback;
