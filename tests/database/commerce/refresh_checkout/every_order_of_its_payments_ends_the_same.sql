begin;
select plan(4);

select tests.a_product('chair', 1000, 1);
select tests.a_checkout('cart');

select tests.ends_the_same_in_every_order(
  'one pending, one failed, the page expired, the first captured',
  tests.an_event('evt_1', tests.fact_pending('pi_1', 'cart')),
  tests.an_event('evt_2', tests.fact_failed('pi_2', 'cart')),
  tests.an_event('evt_3', tests.fact_checkout_expired('cart')),
  tests.an_event('evt_4', tests.fact_captured('pi_1', 'cart'))
);
select tests.ends_the_same_in_every_order(
  'another amount, refunded; one failed; one cancelled',
  tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart', 900)),
  tests.an_event('evt_2', tests.fact_refund('re_1', 'pi_1', 900)),
  tests.an_event('evt_3', tests.fact_failed('pi_2', 'cart')),
  tests.an_event('evt_4', tests.fact_cancelled('pi_3', 'cart'))
);
select tests.ends_the_same_in_every_order(
  'another amount, to be reviewed; one expired; one pending; the page expired',
  tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart', 900)),
  tests.an_event('evt_2', tests.fact_expired('pi_2', 'cart')),
  tests.an_event('evt_3', tests.fact_pending('pi_3', 'cart')),
  tests.an_event('evt_4', tests.fact_checkout_expired('cart'))
);
select tests.ends_the_same_in_every_order(
  'another amount, refunded; then the right one by another payment',
  tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart', 900)),
  tests.an_event('evt_2', tests.fact_refund('re_1', 'pi_1', 900)),
  tests.an_event('evt_3', tests.fact_captured('pi_2', 'cart', 1000))
);

select * from finish();
rollback;
