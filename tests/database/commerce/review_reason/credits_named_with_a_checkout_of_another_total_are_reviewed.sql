begin;
select plan(1);

-- A checkout of ours was named: what it asks for must have come.
select tests.a_product('chair', 1000);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 999) || '{"membership_ref": "mem_1"}');

select ok((tests.the_payment('pi_1')).needs_review, 'whatever else it was for');

select * from finish();
rollback;
