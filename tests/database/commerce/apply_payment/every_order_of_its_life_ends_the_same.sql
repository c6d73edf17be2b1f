begin;
select plan(3);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');

select tests.ends_the_same_in_every_order(
  'created, pending, failed, captured',
  tests.an_event('evt_1', tests.fact_of_payment('created', 'pi_1', 'cart', 2000, 'EUR', 0)),
  tests.an_event('evt_2', tests.fact_pending('pi_1', 'cart', 2000, at => 1) || '{"email": "Zoe@tests.example"}'),
  tests.an_event('evt_3', tests.fact_failed('pi_1', 'cart', 2000, at => 2) || '{"customer_ref": "cus_1"}'),
  tests.an_event('evt_4', tests.fact_captured('pi_1', 'cart', 2000, at => 3) || '{"email": "amina@tests.example"}')
);
select tests.ends_the_same_in_every_order(
  'pending, cancelled, expired, checkout expired',
  tests.an_event('evt_1', tests.fact_pending('pi_1', 'cart', 2000, at => 1)),
  tests.an_event('evt_2', tests.fact_cancelled('pi_1', 'cart', 2000, at => 2)),
  tests.an_event('evt_3', tests.fact_expired('pi_1', 'cart', 2000, at => 3)),
  tests.an_event('evt_4', tests.fact_checkout_expired('cart'))
);
select tests.ends_the_same_in_every_order(
  'two failures and a capture',
  tests.an_event('evt_1', tests.fact_failed('pi_1', 'cart', 2000, at => 1)),
  tests.an_event('evt_2', tests.fact_failed('pi_1', 'cart', 2000, at => 2) || '{"failure_code": "expired_card"}'),
  tests.an_event('evt_3', tests.fact_captured('pi_1', 'cart', 2000, at => 3)),
  tests.an_event('evt_4', tests.fact_checkout_expired('cart'))
);

select * from finish();
rollback;
