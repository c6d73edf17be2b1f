begin;
select plan(5);

select tests.receive(tests.fact_captured('pi_1'));
select commerce.close_review((tests.the_payment('pi_1')).id, 'a test');

select is((tests.the_payment('pi_1')).needs_review, false, 'it no longer needs review');
select is((tests.the_payment('pi_1')).review_reason, null, 'and has no reason');
select is((tests.the_payment('pi_1')).reviewed_at, now(), 'it has the time of the review');
select is((tests.the_payment('pi_1')).status, 'captured', 'it stays captured');
select tests.receive(tests.fact_captured('pi_1', at => 5));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 100));
select is((tests.the_payment('pi_1')).needs_review, false, 'no later event of the provider reopens the review');

select * from finish();
rollback;
