begin;
select plan(1);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');
select tests.receive(tests.fact_membership('sub_1', 'active'));
select tests.receive(tests.fact_captured('pi_1', 'cart', 999));
select tests.receive(tests.fact_bill('in_1', 'sub_1', 'paid', 'pi_1'));

select ok((tests.the_payment('pi_1')).needs_review, 'an invoice does not excuse another amount for a checkout');

select * from finish();
rollback;
