begin;
select plan(6);

select tests.a_product('chair');
select tests.a_checkout('cart');
create function tests.an_item(checkout uuid, product uuid, quantity integer, price integer) returns text
  language sql as $$
  select
    format('insert into public.checkout_items (checkout_session_id, product_id, quantity, sku, name, unit_price_minor) '
      'values (%L, %L, %s, ''x'', ''X'', %s)', checkout, product, quantity, price)
$$;
select tests.a_product('lamp');
select tests.is_refused(tests.an_item(tests.id('cart'), (tests.the_product('lamp')).id, 0, 1), 'a_quantity_is_positive',
  'a quantity is positive');
select tests.is_refused(tests.an_item(tests.id('cart'), (tests.the_product('lamp')).id, 1, -1),
  'a_price_is_not_negative', 'a price is not negative');
select tests.is_refused(tests.an_item(tests.id('cart'), (tests.the_product('chair')).id, 1, 1),
  'a_checkout_lists_a_product_once', 'a product is listed once');
select tests.is_refused(tests.an_item(gen_random_uuid(), (tests.the_product('lamp')).id, 1, 1),
  'an_item_is_of_a_checkout', 'an item is of a checkout');
select tests.is_refused(tests.an_item(tests.id('cart'), gen_random_uuid(), 1, 1), 'an_item_is_a_product',
  'an item is a product');
select tests.is_refused($$ delete from public.products where sku = 'chair' $$, 'an_item_is_a_product',
  'a product in a checkout is not deleted');

select * from finish();
rollback;
