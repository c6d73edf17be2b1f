begin;
select plan(3);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_captured('pi_1', 'cart', 2000));
select is(tests.receive(tests.fact_checkout_expired('cart')), 'applied', 'expired after captured is applied');

select is((tests.the_checkout('cart')).status, 'payment_completed', 'and changes nothing');
select is(tests.the_stock('chair'), 3, 'the stock stays sold');

select * from finish();
rollback;
