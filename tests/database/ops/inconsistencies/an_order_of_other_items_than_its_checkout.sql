begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart', '{"chair": 2}');
update public.checkout_items set quantity = 4, unit_price_minor = 500 where checkout_session_id = tests.id('cart');

select is(tests.inconsistencies(), 'order and checkout differ in items', 'though the total is the same');
update public.checkout_items set quantity = 2, unit_price_minor = 1000 where checkout_session_id = tests.id('cart');
select is(tests.inconsistencies(), null, 'two of the same items are equal');
select tests.a_product('lamp');
insert into public.checkout_items (checkout_session_id, product_id, quantity, sku, name, unit_price_minor, reserved)
values (tests.id('cart'), (tests.the_product('lamp')).id, 1, 'lamp', 'Lamp', 0, false);
select is(tests.inconsistencies(), 'order and checkout differ in items',
  'an additional free item counts as well');

select * from finish();
rollback;
