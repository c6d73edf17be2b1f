begin;
select plan(1);

select tests.receive_events(tests.unconfirmed('evt_1', tests.fact_captured('pi_1')),
  tests.unconfirmed('evt_2', tests.fact_captured('pi_1')));
select tests.time_passes('evt_1', '1 hour');
select tests.time_passes('evt_2', '2 hours');

select is(
  (select array_agg(u.provider_event_id) from inbox.unconfirmed_due(1000000) u where u.provider = 'tests'),
  '{evt_2,evt_1}', 'so that many new ones do not delay an old one'
);

select * from finish();
rollback;
