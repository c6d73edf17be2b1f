begin;
select plan(7);

select tests.a_product('chair', stock => 2);
select tests.a_product('lamp', stock => 5);
select tests.a_checkout('cart', '{"chair": 2, "lamp": 1}');
select is(commerce.hold_stock(tests.id('cart')), '{}', 'what is held already is not held twice');
select is(tests.the_stock('chair'), 0, 'its stock is as before');
select commerce.release_stock(tests.id('cart'));
update public.products set stock = 1 where sku = 'chair';

select is(commerce.hold_stock(tests.id('cart')), array['2 × chair (1 left)'], 'it says what is missing');
select is(tests.the_reservations('cart'), '2 chair released, 1 lamp held', 'what is available is held');
select is(tests.the_stock('chair'), 1, 'of a missing item nothing is taken, neither in part nor below zero');
update public.products set stock = 2 where sku = 'chair';
select is(commerce.hold_stock(tests.id('cart')), '{}', 'once it is available nothing is missing');
select is(tests.the_reservations('cart'), '2 chair held, 1 lamp held', 'and all is held');

select * from finish();
rollback;
