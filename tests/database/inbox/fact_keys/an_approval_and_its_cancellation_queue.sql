begin;
select plan(1);

select ok(
  inbox.fact_keys('tests', tests.fact_approved('order_1')) && inbox.fact_keys('tests',
    tests.fact_checkout_cancelled('order_1')), 'they have a key in common'
);

select * from finish();
rollback;
