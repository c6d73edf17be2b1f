begin;
select plan(2);

-- Fapshi has one id from the link to the capture; a link may expire and still be paid.
select tests.a_product('chair', 5000, 5, 'XAF');
select tests.a_checkout('cart');

select tests.ends_the_same_in_every_order(
  'created, failed, pending, captured',
  tests.an_event('evt_1', tests.fact_created('trans_1', 'cart', 5000, 'XAF')),
  tests.an_event('evt_2', tests.fact_failed('trans_1', 'cart', 5000, 'XAF', at => 1)),
  tests.an_event('evt_3', tests.fact_pending('trans_1', 'cart', 5000, 'XAF', at => 2)),
  tests.an_event('evt_4', tests.fact_captured('trans_1', 'cart', 5000, 'XAF', at => 3))
);
select tests.ends_the_same_in_every_order(
  'created, pending, expired, captured with another amount',
  tests.an_event('evt_1', tests.fact_created('trans_1', 'cart', 5000, 'XAF')),
  tests.an_event('evt_2', tests.fact_pending('trans_1', 'cart', 5000, 'XAF', at => 1)),
  tests.an_event('evt_3', tests.fact_expired('trans_1', 'cart', 5000, 'XAF', at => 2)),
  tests.an_event('evt_4', tests.fact_captured('trans_1', 'cart', 4900, 'XAF', at => 3))
);

select * from finish();
rollback;
