begin;
select plan(3);

select tests.ends_the_same_in_every_order(
  'membership, failed, paid, the payment',
  tests.an_event('evt_1', tests.fact_membership('sub_1', 'active')),
  tests.an_event('evt_2', tests.fact_bill('in_1', 'sub_1', 'failed', amount => 900)),
  tests.an_event('evt_3', tests.fact_bill('in_1', 'sub_1', 'paid', 'pi_1')),
  tests.an_event('evt_4', tests.fact_captured('pi_1'))
);
select tests.ends_the_same_in_every_order(
  'both invoices name a payment',
  tests.an_event('evt_1', tests.fact_membership('sub_1', 'active')),
  tests.an_event('evt_2', tests.fact_bill('in_1', 'sub_1', 'failed', 'pi_1')),
  tests.an_event('evt_3', tests.fact_bill('in_1', 'sub_1', 'paid', 'pi_2'))
);
select tests.ends_the_same_in_every_order(
  'only the failed invoice names a payment',
  tests.an_event('evt_1', tests.fact_membership('sub_1', 'active')),
  tests.an_event('evt_2', tests.fact_bill('in_1', 'sub_1', 'failed', 'pi_1')),
  tests.an_event('evt_3', tests.fact_bill('in_1', 'sub_1', 'paid'))
);

select * from finish();
rollback;
