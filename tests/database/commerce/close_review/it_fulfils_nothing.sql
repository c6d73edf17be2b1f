begin;
select plan(2);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 999));
select commerce.close_review((tests.the_payment('pi_1')).id, 'a test');
select tests.receive(tests.fact_captured('pi_1', 'cart', 999, at => 5));

select is((tests.the_order('cart')).id, null, 'there is no order');
select isnt((tests.the_checkout('cart')).status, 'payment_completed', 'the checkout is not completed');

select * from finish();
rollback;
