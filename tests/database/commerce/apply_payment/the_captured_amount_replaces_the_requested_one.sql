begin;
select plan(3);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');
select tests.receive(tests.fact_pending('pi_1', 'cart', 900, 'USD'));
select tests.receive(tests.fact_captured('pi_1', 'cart', 1000, 'EUR'));

select is((tests.the_payment('pi_1')).amount_minor, 1000::bigint, 'the amount is the one captured');
select is((tests.the_payment('pi_1')).currency, 'EUR', 'so is the currency');
select is((tests.the_order('cart')).status, 'confirmed', 'the order is confirmed');

select * from finish();
rollback;
