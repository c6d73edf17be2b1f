begin;
select plan(3);

select tests.receive(tests.fact_membership('sub_1', 'active'));
select tests.receive(tests.fact_bill('in_1', 'sub_1', 'paid'), tests.fact_customer('cus_1', null));

select is(tests.knows(tests.fact_bill('in_1', 'sub_1', 'paid')), false, 'a bill');
select is(tests.knows(tests.fact_customer('cus_1', null)), false, 'a customer');
select is(tests.knows('{"type": "no.such.fact"}'), false, 'a fact without a rule');

select * from finish();
rollback;
