begin;
select plan(3);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_cancelled('pi_1', 'cart', 2000));

select is((tests.the_payment('pi_1')).status, 'cancelled', 'the payment is cancelled');
select is(tests.the_stock('chair'), 5, 'its stock is on sale again');
select is((tests.the_order('cart')).id, null, 'there is no order');

select * from finish();
rollback;
