begin;
select plan(1);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');

select tests.ends_the_same_in_every_order(
  'a full refund depends on the captured amount',
  tests.an_event('evt_1', tests.fact_captured('pi_1', amount => 1000)),
  tests.an_event('evt_2', tests.fact_captured('pi_1', amount => 1500)),
  tests.an_event('evt_3', tests.fact_refund('re_1', 'pi_1', 1000))
);

select * from finish();
rollback;
