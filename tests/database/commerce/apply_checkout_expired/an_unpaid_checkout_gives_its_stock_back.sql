begin;
select plan(3);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select is(tests.receive(tests.fact_checkout_expired('cart')), 'applied', 'the event is applied');

select is((tests.the_checkout('cart')).status, 'expired', 'the checkout is expired');
select is(tests.the_stock('chair'), 5, 'its stock is on sale again');

select * from finish();
rollback;
