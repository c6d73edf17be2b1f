begin;
select plan(4);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_checkout_expired('cart'));
select is(tests.the_stock('chair'), 5, 'the checkout expired, and its stock was released');

select tests.receive(tests.fact_captured('pi_1', 'cart', 2000));
select is((tests.the_order('cart')).status, 'confirmed',
  'captured after that, with stock left: the order is confirmed');
select is(tests.the_stock('chair'), 3, 'the stock is taken after all');
select is(tests.the_reservations('cart'), '2 chair taken', 'the reservation is taken');

select * from finish();
rollback;
