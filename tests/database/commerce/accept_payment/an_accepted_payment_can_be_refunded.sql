begin;
select plan(2);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 900));
select commerce.accept_payment((tests.the_payment('pi_1')).id, 'a test');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 900));

select is((tests.the_payment('pi_1')).status, 'refunded', 'what was captured is refunded in full');
select is((tests.the_order('cart')).status, 'refunded', 'so is its order');

select * from finish();
rollback;
