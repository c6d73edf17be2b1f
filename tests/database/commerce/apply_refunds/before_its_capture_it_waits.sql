begin;
select plan(3);

select is(
  tests.receive_events(tests.an_event('evt_total', tests.fact_refunded_total('pi_1', 400))), 'parked',
  'the payment is not known yet'
);
select is((tests.the_event('evt_total')).waiting_for, 'tests/payment/pi_1', 'the event says what it waits for');
select tests.receive(tests.fact_captured('pi_1'));
select is((tests.the_payment('pi_1')).refunded_minor, 400::bigint, 'it counts as soon as the payment is captured');

select * from finish();
rollback;
