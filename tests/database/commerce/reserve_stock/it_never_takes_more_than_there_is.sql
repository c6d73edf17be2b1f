begin;
select plan(5);

select tests.a_product('chair', stock => 3);
select tests.a_product('lamp', stock => 2);
select tests.a_checkout('cart', '{"chair": 1, "lamp": 1}');
select commerce.release_stock(tests.id('cart'));
delete from public.stock_reservations where checkout_session_id = tests.id('cart');
update public.checkout_items set quantity = 3 where checkout_session_id = tests.id('cart') and sku = 'lamp';

select throws_ok(
  $$ select commerce.reserve_stock(tests.id('cart')) $$, 'P0001', 'product lamp is sold out: 3 asked for, 2 left',
  'more than is available is refused, with the number left'
);
select is(tests.the_stock('lamp') + tests.the_stock('chair'), 5, 'stock is untouched');
update public.checkout_items set quantity = 2 where checkout_session_id = tests.id('cart') and sku = 'lamp';
select lives_ok($$ select commerce.reserve_stock(tests.id('cart')) $$, 'all that is available can be reserved');
select is(tests.the_stock('lamp'), 0, 'then none is left');
select is(tests.the_reservations('cart'), '1 chair held, 2 lamp held', 'the reserved stock is held for the checkout');

select * from finish();
rollback;
