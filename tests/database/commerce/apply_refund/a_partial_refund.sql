begin;
select plan(6);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is(tests.receive(tests.fact_refund('re_1', 'pi_1', 300)), 'applied', 'the refund is applied');

select is((tests.the_refund('re_1')).status, 'succeeded', 'it is recorded');
select is((tests.the_refund('re_1')).payment_id, (tests.the_payment('pi_1')).id, 'for its payment');
select is((tests.the_payment('pi_1')).status, 'partially_refunded', 'the payment is partially refunded');
select is((tests.the_payment('pi_1')).refunded_minor, 300::bigint, 'by the refunded amount');
select is((tests.the_order('cart')).status, 'confirmed', 'its order stays confirmed');

select * from finish();
rollback;
