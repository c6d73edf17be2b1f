begin;
select plan(2);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 1001));

select ok((tests.the_payment('pi_1')).needs_review, 'one minor unit too much needs review');
select is((tests.the_order('cart')).id, null, 'and makes no order');

select * from finish();
rollback;
