begin;
select plan(1);

-- It names a checkout of ours, whose total must have been captured.
select tests.a_product('chair', 1000);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 999) || '{"membership_ref": "mem_1"}');

select ok((tests.the_payment('pi_1')).needs_review, 'whatever else it is for');

select * from finish();
rollback;
