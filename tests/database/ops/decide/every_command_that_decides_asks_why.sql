begin;
select plan(7);

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

select * from finish();
rollback;
