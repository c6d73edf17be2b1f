begin;
select plan(1);

-- Each looks for the other: committed at the same time without a common lock, neither would find it.
select ok(
  inbox.fact_keys('tests', tests.fact_membership('sub_1', 'active') || '{"customer_ref": "cus_1"}') &&
  inbox.fact_keys('tests', tests.fact_customer('cus_1', null)),
  'they have a key in common'
);

select * from finish();
rollback;
