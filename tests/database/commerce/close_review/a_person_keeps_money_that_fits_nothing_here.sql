begin;
select plan(5);

select tests.receive(tests.fact_captured('pi_1'));
select commerce.close_review((tests.the_payment('pi_1')).id);

select is((tests.the_payment('pi_1')).needs_review, false, 'it needs review no more');
select is((tests.the_payment('pi_1')).review_reason, null, 'nor has it a reason');
select is((tests.the_payment('pi_1')).reviewed_at, now(), 'it says when it was looked at');
select is((tests.the_payment('pi_1')).status, 'captured', 'the money is ours as before');
select tests.receive(tests.fact_captured('pi_1', at => 5));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 100));
select is((tests.the_payment('pi_1')).needs_review, false, 'nothing the provider says later asks again');

select * from finish();
rollback;
