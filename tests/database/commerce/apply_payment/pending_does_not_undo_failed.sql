begin;
select plan(3);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_failed('pi_1', 'cart', 2000));
select tests.receive(tests.fact_pending('pi_1', 'cart', 2000, at => 60));

select is((tests.the_payment('pi_1')).status, 'failed', 'a payment only moves forward');
select is((tests.the_checkout('cart')).status, 'payment_failed', 'so does its checkout');
select is(tests.the_stock('chair'), 5, 'its stock stays on sale');

select * from finish();
rollback;
