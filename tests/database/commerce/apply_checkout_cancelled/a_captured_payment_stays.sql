begin;
select plan(2);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('cap_1', 'cart'));
select tests.receive(tests.fact_checkout_cancelled('order_1', 'cart'));

select is((tests.the_checkout('cart')).status, 'payment_completed',
  'another way to pay it was cancelled: it stays paid');
select is((tests.the_order('cart')).status, 'confirmed', 'and sold');

select * from finish();
rollback;
