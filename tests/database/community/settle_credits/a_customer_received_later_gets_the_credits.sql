begin;
select plan(2);

select tests.create_user('amina@tests.example');
select tests.receive(tests.fact_captured('pay_1') || '{"customer_ref": "cus_1"}' || tests.buying_credits(50));
select is((select l.user_id from public.credit_ledger l where l.customer_ref = 'cus_1'), null,
  'the owner is not known yet');
select tests.receive(tests.fact_customer('cus_1', 'amina@tests.example'));
select is((select l.user_id from public.credit_ledger l where l.customer_ref = 'cus_1'),
  tests.user_id('amina@tests.example'), 'the customer has the address');

select * from finish();
rollback;
