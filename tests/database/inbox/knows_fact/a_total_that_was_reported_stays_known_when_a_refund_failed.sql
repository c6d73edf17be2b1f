begin;
select plan(2);

-- Otherwise the reconciler would receive it again in every run.
select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_refunded_total('pi_1', 300));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 300, 'failed'));
select is((tests.the_payment('pi_1')).refunded_minor, 0::bigint, 'in the end nothing is refunded');

select is(tests.knows(tests.fact_refunded_total('pi_1', 300)), true, 'the earlier total is known');

select * from finish();
rollback;
