begin;
select plan(3);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1'));
select ok((tests.the_payment('pi_1')).needs_review, 'a payment that names no checkout needs review');

select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is((tests.the_payment('pi_1')).review_reason, null, 'once the checkout is known nothing needs review');
select is((tests.the_order('cart')).status, 'confirmed', 'the order is made');

select * from finish();
rollback;
