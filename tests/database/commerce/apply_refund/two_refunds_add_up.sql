begin;
select plan(2);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 300));
select tests.receive(tests.fact_refund('re_2', 'pi_1', 700));

select is((tests.the_payment('pi_1')).refunded_minor, 1000::bigint, 'they add up');
select is((tests.the_payment('pi_1')).status, 'refunded', 'to a full refund');

select * from finish();
rollback;
