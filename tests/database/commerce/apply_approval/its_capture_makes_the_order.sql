begin;
select plan(3);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
select tests.receive(tests.fact_approved('order_1', 'cart'));
select tests.receive(tests.fact_captured('cap_1', 'cart'));

select is((tests.the_checkout('cart')).status, 'payment_completed', 'the checkout is completed');
select is((tests.the_order('cart')).status, 'confirmed', 'the stock is sold');
select is(tests.the_stock('chair'), 4, 'once');

select * from finish();
rollback;
