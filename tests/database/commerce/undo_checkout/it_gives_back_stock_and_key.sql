begin;
select plan(4);

select tests.a_product('chair', stock => 5);

select tests.begins('key-of-one-purchase');
select tests.remember('first', current_setting('tests.cart'));
select commerce.undo_checkout(tests.id('first'));
select is(tests.the_stock('chair'), 5, 'the reservations are released');
select is((tests.the_checkout('first')).status, 'payment_failed', 'the checkout cannot be paid any more');
select is(tests.begins('key-of-one-purchase'), 'begun', 'the key may be used again');
select isnt(tests.id('cart'), tests.id('first'), 'and opens another checkout');

select * from finish();
rollback;
