begin;
select plan(5);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart', '{"chair": 2}');
update public.checkout_sessions set cancelled_at = now() where id = tests.id('cart');
select commerce.refresh_checkout(tests.id('cart'));
select is((tests.the_checkout('cart')).status, 'payment_failed', 'it has failed');
select is(tests.the_stock('chair'), 10, 'its stock is released at once');
select tests.receive(tests.fact_created('pi_1', 'cart', 2000));
select is((tests.the_checkout('cart')).status, 'payment_failed', 'a payment that is only created changes nothing');
select tests.receive(tests.fact_pending('pi_1', 'cart', 2000));
select is((tests.the_checkout('cart')).status || ' ' || tests.the_stock('chair'), 'payment_pending 8',
  'a pending one does');
select tests.receive(tests.fact_captured('pi_1', 'cart', 2000));
select is((tests.the_order('cart')).status, 'confirmed', 'a captured one wins');

select * from finish();
rollback;
