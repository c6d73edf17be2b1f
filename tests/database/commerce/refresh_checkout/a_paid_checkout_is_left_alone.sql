begin;
select plan(2);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_captured('pi_1', 'cart', 2000));
select tests.receive(tests.fact_failed('pi_2', 'cart', 2000));
select tests.receive(tests.fact_checkout_expired('cart'));

select is((tests.the_checkout('cart')).status, 'payment_completed', 'it stays completed');
select is(tests.the_stock('chair'), 3, 'its stock stays sold');

select * from finish();
rollback;
