begin;
select plan(4);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));

select is((tests.the_payment('pi_1')).status, 'refunded', 'the payment is refunded');
select is((tests.the_payment('pi_1')).refunded_minor, 1000::bigint, 'in full');
select is((tests.the_order('cart')).status, 'refunded', 'so is its order');
select is(tests.the_stock('chair'), 4, 'the goods are not back on sale: nobody knows where they are');

select * from finish();
rollback;
