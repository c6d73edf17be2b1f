begin;
select plan(2);

select tests.a_product('chair', 1500);
select tests.a_checkout('cart');

select tests.ends_the_same_in_every_order(
  'a smaller capture, one that fits the checkout, and a refund of the smaller amount',
  tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart', 1000)),
  tests.an_event('evt_2', tests.fact_captured('pi_1', 'cart', 1500)),
  tests.an_event('evt_3', tests.fact_refund('re_1', 'pi_1', 1000))
);
select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart', 1000)));
select tests.receive_events(tests.an_event('evt_3', tests.fact_refund('re_1', 'pi_1', 1000)));
select tests.receive_events(tests.an_event('evt_2', tests.fact_captured('pi_1', 'cart', 1500)));
select ok(
  (tests.the_order('cart')).id is not null or (tests.the_payment('pi_1')).needs_review,
  'a captured payment has an order, or an admin reviews it'
);

select * from finish();
rollback;
