begin;
select plan(4);

select tests.a_product('chair', stock => 5);
select tests.a_product('lamp', stock => 1);
select tests.a_checkout('cart', '{"chair": 2, "lamp": 1}');
select commerce.release_stock(tests.id('cart'));
update public.products set stock = 0 where sku = 'lamp';

select is(commerce.hold_stock(tests.id('cart')), array['1 × lamp (0 left)'], 'it says what is missing');
select is(tests.the_reservations('cart'), '2 chair held, 1 lamp released', 'what is available is held again');
select is(tests.the_stock('chair'), 3, 'and no longer on sale');
select is(tests.the_stock('lamp'), 0, 'stock is never negative');

select * from finish();
rollback;
