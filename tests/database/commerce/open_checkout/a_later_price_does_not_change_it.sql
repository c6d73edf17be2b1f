begin;
select plan(4);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart', '{"chair": 1}');
update public.products set price_minor = 5000, name = 'Throne' where sku = 'chair';

select is(tests.receive(tests.fact_captured('pi_1', 'cart', 1000)), 'applied',
  'the price at the time of opening is paid');
select is((tests.the_order('cart')).status, 'confirmed', 'the order is confirmed');
select is((tests.the_order('cart')).total_minor, 1000::bigint, 'the order is of the old price');
select is((select i.name from public.order_items i where i.order_id = (tests.the_order('cart')).id), 'Chair',
  'the order has the old name');

select * from finish();
rollback;
