begin;
select plan(2);

select tests.receive_events(
  tests.an_event('evt_due') || '{"facts": null, "body": "{}"}', tests.an_event('evt_later') || '{"facts": null}',
  tests.an_event('evt_failed', '{"type": "no.such.fact"}')
);
select tests.time_passes('evt_due', '1 minute');
select tests.time_passes('evt_failed', '1 minute');

select results_eq(
  $$ select u.id, u.provider, u.text, u.headers from inbox.unreadable_due(1000000) u where u.provider = 'tests' $$,
  $$ select (tests.the_event('evt_due')).id, 'tests', '{}', '{}'::jsonb $$,
    'with all that is needed to read it again; not those that are not due or readable'
);
select is((select count(*)::integer from inbox.unreadable_due(0)), 0, 'no more than at_most');

select * from finish();
rollback;
