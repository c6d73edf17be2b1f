begin;
select plan(6);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart');
select tests.remember('before', (select coalesce(max(m.sequence), 0) from outbox.messages m)::text);
select is(
  tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart'),
    tests.fact_customer('cus_1', 'amina@tests.example'), '{"type": "no.such.fact"}')),
  'failed', 'the last of its facts fails'
);

select is((tests.the_payment('pi_1')).id, null, 'the first left no payment');
select is((tests.the_order('cart')).id, null, 'nor an order');
select is((tests.the_customer('cus_1')).id, null, 'nor did the second leave a customer');
select is(tests.the_reservations('cart'), '1 chair held', 'stock is as before');
select is_empty($$ select m.type from outbox.messages m where m.sequence > current_setting('tests.before')::bigint $$,
  'no message was written');

select * from finish();
rollback;
