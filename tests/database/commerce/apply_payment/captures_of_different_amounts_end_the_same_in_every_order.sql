begin;
select plan(1);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');

select tests.ends_the_same_in_every_order(
  'one that fits the checkout, and one of a greater amount',
  tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart', 1000)),
  tests.an_event('evt_2', tests.fact_captured('pi_1', 'cart', 1500))
);

select * from finish();
rollback;
