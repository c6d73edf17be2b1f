begin;
select plan(1);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'failed'));

select ok((tests.the_payment('pi_1')).needs_review, 'the money is ours again, and still for nothing known');

select * from finish();
rollback;
