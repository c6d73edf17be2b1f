begin;
select plan(7);

select tests.a_product('chair', 1000, 5);
select tests.a_product('lamp', 500, 5);
select tests.a_checkout('cart', '{"chair": 2, "lamp": 1}');

select is(tests.receive(tests.fact_captured('pi_1', 'cart', 2500)), 'applied', 'the event is applied');
select is((tests.the_payment('pi_1')).status, 'captured', 'the payment is captured');
select is((tests.the_checkout('cart')).status, 'payment_completed', 'its checkout is completed');
select is((tests.the_order('cart')).status, 'confirmed', 'its order is confirmed');
select is((tests.the_order('cart')).payment_id, (tests.the_payment('pi_1')).id,
  'the order names the payment that paid it');
select results_eq(
  $$ select i.sku, i.quantity, i.unit_price_minor from public.order_items i
  where i.order_id = (tests.the_order('cart')).id order by i.sku $$,
  $$ values ('chair', 2, 1000::bigint), ('lamp', 1, 500) $$,
  'the order has the items of the checkout'
);
select is(tests.the_reservations('cart'), '2 chair taken, 1 lamp taken', 'the reserved stock is sold');

select * from finish();
rollback;
