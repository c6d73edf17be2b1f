begin;
select plan(3);

select tests.a_product('chair', stock => 5);

select tests.begins('key-of-one-purchase');
select commerce.start_payment(tests.id('cart'), 'tests', 'order', 'order_1', '{}');
select commerce.undo_checkout(tests.id('cart'));
select is(tests.the_stock('chair'), 3, 'stock that the buyer may be paying for stays reserved');
select is((tests.the_checkout('cart')).status, 'open', 'and may be paid');
select is(tests.begins('key-of-one-purchase'), 'answered', 'the response is kept');

select * from finish();
rollback;
