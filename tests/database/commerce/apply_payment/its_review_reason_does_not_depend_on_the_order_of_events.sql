begin;
select plan(1);

select tests.ends_the_same_in_every_order(
  'one event names an unknown checkout, the other names none',
  tests.an_event('evt_1', tests.fact_captured('pi_1')),
  tests.an_event('evt_2', tests.fact_captured('pi_1')
    || '{"checkout_session_id": "00000000-0000-4000-8000-000000000000"}')
);

select * from finish();
rollback;
