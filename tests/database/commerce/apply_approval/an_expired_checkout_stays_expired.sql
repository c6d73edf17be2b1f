begin;
select plan(2);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
select tests.receive(tests.fact_checkout_expired('cart'));
select tests.receive(tests.fact_approved('order_1', 'cart'));

select is((tests.the_checkout('cart')).status, 'expired', 'the buyer approved too late');
select is(tests.the_stock('chair'), 5, 'stock that is back on sale stays on sale');

select * from finish();
rollback;
