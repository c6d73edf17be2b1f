begin;
select plan(3);

select tests.a_product('chair', stock => 5);
select tests.a_product('lamp', stock => 5);
select tests.a_checkout('cart', '{"chair": 2, "lamp": 1}');
select commerce.release_stock(tests.id('cart'));
select commerce.release_stock(tests.id('cart'));

select is(tests.the_stock('chair'), 5, 'the chairs are back, once');
select is(tests.the_stock('lamp'), 5, 'the lamp is back, once');
select is(tests.the_reservations('cart'), '2 chair released, 1 lamp released', 'the reservations are released');

select * from finish();
rollback;
