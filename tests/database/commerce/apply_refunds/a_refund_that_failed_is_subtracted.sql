begin;
select plan(2);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_refunded_total('pi_1', 1000));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 600, 'failed'));
select is((tests.the_payment('pi_1')).refunded_minor, 400::bigint, 'a failed refund does not count');

select tests.receive(tests.fact_refund('re_2', 'pi_1', 600));
select is((tests.the_payment('pi_1')).refunded_minor, 600::bigint, 'the known single refunds are the minimum');

select * from finish();
rollback;
