begin;
select plan(1);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_refunded_total('pi_1', 700));
select tests.receive(tests.fact_refunded_total('pi_1', 300, at => 9));

select is((tests.the_payment('pi_1')).refunded_minor, 700::bigint, 'a smaller total is outdated');

select * from finish();
rollback;
