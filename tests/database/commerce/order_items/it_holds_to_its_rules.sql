begin;
select plan(5);

select tests.a_product('chair');
select tests.a_product('lamp');
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
create function tests.an_item(the_order uuid, product uuid, quantity integer, price integer) returns text
  language sql as $$
  select
    format('insert into public.order_items (order_id, product_id, quantity, sku, name, unit_price_minor) values (%L, '
      '%L, %s, ''x'', ''X'', %s)', the_order, product, quantity, price)
$$;
select tests.is_refused(tests.an_item((tests.the_order('cart')).id, (tests.the_product('lamp')).id, 0, 1),
  'a_quantity_is_positive', 'a quantity is positive');
select tests.is_refused(tests.an_item((tests.the_order('cart')).id, (tests.the_product('lamp')).id, 1, -1),
  'a_price_is_not_negative', 'a price is not negative');
select tests.is_refused(tests.an_item((tests.the_order('cart')).id, (tests.the_product('chair')).id, 1, 1),
  'an_order_lists_a_product_once', 'a product is listed once');
select tests.is_refused(tests.an_item(gen_random_uuid(), (tests.the_product('lamp')).id, 1, 1),
  'an_item_is_of_an_order', 'an item is of an order');
select tests.is_refused(tests.an_item((tests.the_order('cart')).id, gen_random_uuid(), 1, 1), 'an_item_is_a_product',
  'an item is a product');

select * from finish();
rollback;
