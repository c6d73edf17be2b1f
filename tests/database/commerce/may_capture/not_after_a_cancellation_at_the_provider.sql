begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive(tests.fact_approved('order_1', 'cart'), tests.fact_approved('order_2', 'cart'));
select tests.receive(tests.fact_checkout_cancelled('order_1', 'cart'));

select is(tests.may_capture('order_1'), 'cancelled: It was cancelled at the provider.',
  'the buyer cancelled at the provider');
select is(tests.may_capture('order_2'), 'yes', 'but not the other approval');

select * from finish();
rollback;
