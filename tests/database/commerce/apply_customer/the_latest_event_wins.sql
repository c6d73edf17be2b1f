begin;
select plan(5);

select tests.receive(tests.fact_customer('cus_1', 'Amina@Tests.Example', at => 10));
select is((tests.the_customer('cus_1')).email, 'amina@tests.example',
  'a new customer is recorded, with the address in lower case');
select tests.receive(tests.fact_customer('cus_1', 'old@tests.example', at => 5));
select is((tests.the_customer('cus_1')).email, 'amina@tests.example', 'an older event is not applied');
select tests.receive(tests.fact_customer('cus_1', null, at => 20));

select is((tests.the_customer('cus_1')).email, null, 'a newer one is, also when it removes a value');
select is((tests.the_customer('cus_1')).name, 'Name 20', 'with all its values');
select is((select count(*)::integer from public.customers c where c.provider = 'tests'), 1, 'there is one customer');

select * from finish();
rollback;
