begin;
select plan(4);

select tests.a_product('chair');
select tests.a_checkout('cart');
select is(tests.knows(tests.fact_checkout_cancelled('order_1', 'cart')), false, 'of ours: its cancellation is new');
select is(tests.knows(tests.fact_checkout_cancelled('order_1')), true, 'not of ours: it would change nothing');
select is(tests.knows(tests.fact_checkout_cancelled('order_1') || jsonb_build_object('checkout_session_id',
  gen_random_uuid())), true, 'nor would one that was never ours');
select tests.receive(tests.fact_checkout_cancelled('order_1', 'cart'));
select is(tests.knows(tests.fact_checkout_cancelled('order_1', 'cart')), true, 'once received it is known');

select * from finish();
rollback;
