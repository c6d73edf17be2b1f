begin;
select plan(4);

select tests.receive(tests.fact_pending('pi_1'));

select is(tests.receive_events(tests.an_event('evt_refund', tests.fact_refund('re_1', 'pi_1', 300))), 'parked',
  'a payment that is not captured cannot be refunded yet');
select is((tests.the_refund('re_1')).id, null, 'nothing is recorded');
select tests.receive(tests.fact_captured('pi_1'));
select is((tests.the_event('evt_refund')).status, 'applied', 'once it is captured the refund is applied');
select is((tests.the_payment('pi_1')).refunded_minor, 300::bigint, 'and counts');

select * from finish();
rollback;
