begin;
select plan(1);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'failed'));

select ok((tests.the_payment('pi_1')).needs_review, 'the payment is captured again, still for an unknown purpose');

select * from finish();
rollback;
