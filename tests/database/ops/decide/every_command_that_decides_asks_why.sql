begin;
select plan(9);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.receive_events(tests.an_event('evt_1', '{"type": "no.such.fact"}'));
select tests.a_product('chair', 1000);
select tests.is_sold('cart');

select is(tests.refusal(format('select inbox.ignore(%L, ''<why>'')', (tests.the_event('evt_1')).id)), '22023',
  'closing an event');
select is(tests.refusal(format('select outbox.cancel(%s, ''<why>'')', (tests.the_delivery('one')).id)), '22023',
  'cancelling a delivery');
select is(tests.refusal($$ select outbox.pause('tests_a', '<why>') $$), '22023', 'pausing a destination');
select is(tests.refusal($$ select outbox.disconnect('tests_a', '') $$), '22023', 'disconnecting it');
select is(tests.refusal($$ select outbox.replay('tests_a', '{"everything": true}', '<why>') $$), '22023',
  'sending again what was delivered');
select is(tests.refusal(format('select commerce.record_refund(%L, 1, ''t'', ''<why>'')',
  (tests.the_payment('pi_cart')).id)), '22023', 'recording a refund');
select is(tests.refusal(format('select commerce.record_refund(%L, 1, ''<transfer id>'')',
  (tests.the_payment('pi_cart')).id)), '22023', 'without its reference, too');

select tests.a_checkout('short');
select tests.receive(tests.fact_captured('pi_short', 'short', 1));
select is(tests.refusal(format('select commerce.accept_payment(%L, '' '')', (tests.the_payment('pi_short')).id)),
  '22023', 'accepting a payment');
select commerce.accept_payment((tests.the_payment('pi_short')).id);
select is(
  (select d.reason from ops.decisions d where d.about = (tests.the_payment('pi_short')).id::text), 'no reason given',
  'whoever calls it without one is recorded all the same'
);

select * from finish();
rollback;
