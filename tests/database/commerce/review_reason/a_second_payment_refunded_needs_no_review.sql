begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_captured('pi_2', 'cart'));
select tests.receive(tests.fact_refunded_total('pi_2', 1000));

select is((tests.the_payment('pi_2')).needs_review, false, 'the second payment is refunded: nothing needs review');
select is((tests.the_order('cart')).status, 'confirmed', 'the order is still paid by the first');

select * from finish();
rollback;
