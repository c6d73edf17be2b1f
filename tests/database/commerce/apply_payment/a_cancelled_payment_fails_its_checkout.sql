begin;
select plan(1);

-- A requirement of the project: the buyer cancels on PayPal → payment cancelled → checkout payment_failed.
select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive(tests.fact_cancelled('pi_1', 'cart'));

select is((tests.the_checkout('cart')).status::text, 'payment_failed',
  'the checkout of a cancelled payment is payment_failed');

select * from finish();
rollback;
