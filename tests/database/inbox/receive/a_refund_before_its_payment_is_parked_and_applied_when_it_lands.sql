begin;
select plan(12);

select is(tests.receive_events(tests.an_event('evt_refund', tests.fact_refund('re_1', 'pi_1', 300))), 'parked',
  'a refund of an unknown payment is parked');
select is((tests.the_event('evt_refund')).waiting_for, 'tests/payment/pi_1', 'it says what it waits for');
select is((tests.the_event('evt_refund')).error, 'Waits for the capture of payment pi_1, which was not received yet.',
  'with the reason as text');
select is((tests.the_refund('re_1')).id, null, 'it left no effect');
select tests.receive(tests.fact_pending('pi_1'));
select is((tests.the_event('evt_refund')).status, 'parked', 'a pending payment is not enough');
select is(tests.receive(tests.fact_captured('pi_2')), 'applied', 'another payment is captured');
select is((tests.the_event('evt_refund')).status, 'parked', 'it does not concern the refund');

select is(tests.receive(tests.fact_captured('pi_1')), 'applied', 'its payment is captured');
select is((tests.the_event('evt_refund')).status, 'applied', 'and the refund is applied with it');
select is((tests.the_event('evt_refund')).waiting_for, null, 'it no longer waits');
select is((tests.the_event('evt_refund')).applied_at, now(), 'it says when');
select is((tests.the_payment('pi_1')).refunded_minor, 300::bigint, 'the refund counts');

select * from finish();
rollback;
