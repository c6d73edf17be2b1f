begin;
select plan(1);

-- The paid event names no payment (Stripe since 2025-03-31), the failed one does.
select tests.receive(tests.fact_membership('sub_1', 'active'));
select tests.receive(tests.fact_bill('in_1', 'sub_1', 'paid'));
select tests.receive(tests.fact_bill('in_1', 'sub_1', 'failed', 'pi_declined'));

select is((tests.the_invoice('in_1')).outcome, 'paid', 'it stays paid');

select * from finish();
rollback;
