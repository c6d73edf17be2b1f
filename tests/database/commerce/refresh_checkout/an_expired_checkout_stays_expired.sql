begin;
select plan(2);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_checkout_expired('cart'));
select tests.receive(tests.fact_pending('pi_1', 'cart', 2000));

select is((tests.the_checkout('cart')).status, 'expired', 'a pending payment does not bring it back');
select is(tests.the_stock('chair'), 5, 'its stock stays on sale');

select * from finish();
rollback;
