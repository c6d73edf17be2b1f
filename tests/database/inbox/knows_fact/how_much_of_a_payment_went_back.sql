begin;
select plan(6);

select is(tests.knows(tests.fact_refunded_total('pi_1', 300)), false, 'of a payment that never came nothing is known');
select tests.receive(tests.fact_captured('pi_1'));
select is(tests.knows(tests.fact_refunded_total('pi_1', 300)), false, 'nothing went back yet');
select tests.receive(tests.fact_refunded_total('pi_1', 300));
select is(tests.knows(tests.fact_refunded_total('pi_1', 300)), true, 'so much did');
select is(tests.knows(tests.fact_refunded_total('pi_1', 200)), true, 'less is no news');
select is(tests.knows(tests.fact_refunded_total('pi_1', 301)), false, 'more is');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 600));
select is(tests.knows(tests.fact_refunded_total('pi_1', 600)), true, 'a refund that came by itself counts');

select * from finish();
rollback;
