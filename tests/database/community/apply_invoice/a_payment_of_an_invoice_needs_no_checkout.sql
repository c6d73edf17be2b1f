begin;
select plan(3);

select tests.receive(tests.fact_membership('sub_1', 'active'));
select tests.receive(tests.fact_captured('pi_1'));
select ok((tests.the_payment('pi_1')).needs_review, 'a payment received first, without a checkout, needs review');
select tests.receive(tests.fact_bill('in_1', 'sub_1', 'paid', 'pi_1'));
select is((tests.the_payment('pi_1')).needs_review, false, 'until the invoice names it');

select tests.receive(tests.fact_bill('in_2', 'sub_1', 'paid', 'pi_2'));
select tests.receive(tests.fact_captured('pi_2'));
select is((tests.the_payment('pi_2')).needs_review, false, 'when the invoice is received first it never needs one');

select * from finish();
rollback;
