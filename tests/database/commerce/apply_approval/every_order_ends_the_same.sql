begin;
select plan(5);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');

select tests.ends_the_same_in_every_order(
  'an approval, its capture, a refund',
  tests.an_event('evt_1', tests.fact_approved('order_1', 'cart')),
  tests.an_event('evt_2', tests.fact_captured('cap_1', 'cart', at => 1)),
  tests.an_event('evt_3', tests.fact_refund('re_1', 'cap_1', 400, at => 2)),
  tests.an_event('evt_4', tests.fact_refunded_total('cap_1', 400, at => 2))
);
select tests.ends_the_same_in_every_order(
  'an approval and its cancellation',
  tests.an_event('evt_1', tests.fact_approved('order_1', 'cart')),
  tests.an_event('evt_2', tests.fact_checkout_cancelled('order_1', 'cart', at => 1))
);
select tests.ends_the_same_in_every_order(
  'approved, declined, approved again, captured',
  tests.an_event('evt_1', tests.fact_approved('order_1', 'cart')),
  tests.an_event('evt_2', tests.fact_failed('cap_1', 'cart', at => 1)),
  tests.an_event('evt_3', tests.fact_approved('order_1', 'cart', at => 60)),
  tests.an_event('evt_4', tests.fact_captured('cap_2', 'cart', at => 61))
);
select tests.ends_the_same_in_every_order(
  'an approval, a cancellation after the page expired, and a capture all the same',
  tests.an_event('evt_1', tests.fact_approved('order_1', 'cart')),
  tests.an_event('evt_2', tests.fact_checkout_cancelled('order_1', 'cart', at => 1)),
  tests.an_event('evt_3', tests.fact_checkout_expired('cart', at => 2)),
  tests.an_event('evt_4', tests.fact_captured('cap_1', 'cart', at => 3))
);
select tests.ends_the_same_in_every_order(
  'two approvals of one checkout, one cancelled, one captured with another amount',
  tests.an_event('evt_1', tests.fact_approved('order_1', 'cart')),
  tests.an_event('evt_2', tests.fact_approved('order_2', 'cart')),
  tests.an_event('evt_3', tests.fact_checkout_cancelled('order_1', 'cart')),
  tests.an_event('evt_4', tests.fact_captured('cap_2', 'cart', 900))
);

select * from finish();
rollback;
