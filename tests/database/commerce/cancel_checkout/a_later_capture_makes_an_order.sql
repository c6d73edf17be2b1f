begin;
select plan(2);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select commerce.cancel_checkout(tests.id('cart'));
select commerce.apply_payment('tests', tests.fact_captured('pi_1', 'cart', 2000));
select is((tests.the_order('cart')).status, 'confirmed',
  'paid before it was cancelled: the buyer gets the order');
select is(tests.the_stock('chair'), 3, 'and the stock is taken');

select * from finish();
rollback;
