begin;
select plan(4);

select tests.receive(tests.fact_captured('pi_1') || tests.buying_credits(50), tests.fact_refund('re_1', 'pi_1', 1000));
select is(tests.inconsistencies(), null, 'they were taken back');
delete from public.credit_ledger where payment_id = (tests.the_payment('pi_1')).id and credits < 0;

select is(tests.inconsistencies(), 'credits and their payment differ', 'they were not');
select lives_ok((select i.remedy from ops.inconsistencies i), 'the remedy is a statement');
select is(tests.inconsistencies(), null, 'that fixes it');

select * from finish();
rollback;
