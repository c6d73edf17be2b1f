begin;
select plan(3);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'pending'));

select is((tests.the_refund('re_1')).status, 'pending', 'it is recorded');
select is((tests.the_payment('pi_1')).refunded_minor, 0::bigint, 'nothing is refunded yet');
select is((tests.the_payment('pi_1')).status, 'captured', 'the payment stays captured');

select * from finish();
rollback;
