begin;
select plan(4);

select tests.receive(tests.fact_membership('sub_1', 'active'));
select tests.receive(tests.fact_bill('in_1', 'sub_1', 'failed', amount => 900));
select is((tests.the_invoice('in_1')).outcome, 'failed', 'first it could not be collected');
select tests.receive(tests.fact_bill('in_1', 'sub_1', 'paid', amount => 1000));

select is((tests.the_invoice('in_1')).outcome, 'paid', 'then it was paid');
select is((tests.the_invoice('in_1')).amount_minor, 1000::bigint, 'with the paid amount');
select tests.receive(tests.fact_bill('in_1', 'sub_1', 'failed', amount => 900));
select is((tests.the_invoice('in_1')).outcome, 'paid', 'a late failure does not undo it');

select * from finish();
rollback;
