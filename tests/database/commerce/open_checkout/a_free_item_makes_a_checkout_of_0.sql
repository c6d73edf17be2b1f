begin;
select plan(4);

select tests.a_product('sample', 0, 5);
select tests.a_checkout('cart', '{"sample": 1}');

select is((tests.the_checkout('cart')).total_minor, 0::bigint, 'the total is 0');
select is(tests.receive(tests.fact_captured('pi_1', 'cart', 0)), 'applied', 'a payment of 0 pays it');
select is((tests.the_order('cart')).status, 'confirmed', 'and makes its order');
select is((tests.the_payment('pi_1')).status, 'captured', 'nothing captured is not the same as all refunded');

select * from finish();
rollback;
