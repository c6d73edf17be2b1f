begin;
select plan(4);

select tests.a_product('chair', stock => 5);
select tests.a_product('lamp', stock => 5);
select tests.a_checkout('cart', '{"chair": 2, "lamp": 1}');
select commerce.release_checkout(tests.id('cart'), 'payment_failed');

select is(tests.the_stock('chair'), 5, 'the chairs are back');
select is(tests.the_stock('lamp'), 5, 'the lamp is back');
select is(tests.the_reservations('cart'), '2 chair released, 1 lamp released', 'the reservations are released');
select is((tests.the_checkout('cart')).status, 'payment_failed', 'the checkout is over');

select * from finish();
rollback;
