begin;
select plan(2);

select tests.ends_the_same_in_every_order(
  'one has a code, the other has none',
  tests.an_event('evt_1', tests.fact_failed('pi_1') || '{"failure_code": null, "failure_message": null}'),
  tests.an_event('evt_2', tests.fact_failed('pi_1') || '{"failure_code": "card_declined"}')
);
select tests.ends_the_same_in_every_order(
  'one code, two messages',
  tests.an_event('evt_1', tests.fact_failed('pi_1') || '{"failure_message": "No."}'),
  tests.an_event('evt_2', tests.fact_failed('pi_1') || '{"failure_message": "Still no."}')
);

select * from finish();
rollback;
