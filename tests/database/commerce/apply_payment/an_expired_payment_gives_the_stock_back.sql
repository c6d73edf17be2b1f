begin;
select plan(3);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_expired('pi_1', 'cart', 2000));

select is((tests.the_payment('pi_1')).status, 'expired', 'the payment is expired');
select is((tests.the_checkout('cart')).status, 'expired', 'so is the checkout');
select is(tests.the_stock('chair'), 5, 'its stock is on sale again');

select * from finish();
rollback;
