begin;
select plan(6);

select is(tests.knows(tests.fact_refunded_total('pi_1', 300)), false, 'of an unknown payment nothing is known');
select tests.receive(tests.fact_captured('pi_1'));
select is(tests.knows(tests.fact_refunded_total('pi_1', 300)), false, 'nothing is refunded yet');
select tests.receive(tests.fact_refunded_total('pi_1', 300));
select is(tests.knows(tests.fact_refunded_total('pi_1', 300)), true, 'this much is refunded');
select is(tests.knows(tests.fact_refunded_total('pi_1', 200)), true, 'a smaller total is not new');
select is(tests.knows(tests.fact_refunded_total('pi_1', 301)), false, 'more is');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 600));
select is(tests.knows(tests.fact_refunded_total('pi_1', 600)), true, 'a refund received by its own event counts');

select * from finish();
rollback;
