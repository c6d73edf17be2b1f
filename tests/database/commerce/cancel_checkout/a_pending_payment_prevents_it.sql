begin;
select plan(3);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select commerce.apply_payment('tests', tests.fact_pending('pi_1', 'cart', 2000));
select is(commerce.cancel_checkout(tests.id('cart')), 'payment_pending',
  'a checkout with a pending payment is not cancelled');
select is(tests.the_stock('chair'), 3, 'its stock stays reserved');
select commerce.apply_payment('tests', tests.fact_captured('pi_1', 'cart', 2000, at => 1));
select is((tests.the_order('cart')).status, 'confirmed', 'and the capture makes an order');

select * from finish();
rollback;
