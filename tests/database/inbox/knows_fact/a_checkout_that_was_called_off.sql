begin;
select plan(4);

select tests.a_product('chair');
select tests.a_checkout('cart');
select is(tests.knows(tests.fact_checkout_cancelled('order_1', 'cart')), false, 'of ours: its end is news');
select is(tests.knows(tests.fact_checkout_cancelled('order_1')), true, 'of none of ours: it would change nothing');
select is(tests.knows(tests.fact_checkout_cancelled('order_1') || jsonb_build_object('checkout_session_id',
  gen_random_uuid())), true, 'nor of one that was never ours');
select tests.receive(tests.fact_checkout_cancelled('order_1', 'cart'));
select is(tests.knows(tests.fact_checkout_cancelled('order_1', 'cart')), true, 'once it came it is known');

select * from finish();
rollback;
