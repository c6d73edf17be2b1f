begin;
select plan(1);

-- Stripe sends payment_intent.succeeded, which knows the sum, and checkout.session.completed, which explains it.
select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart', '{"chair": 2}');

select tests.ends_the_same_in_every_order(
  'the event that explains the total may come first, last or in between',
  tests.an_event('evt_pending', tests.fact_pending('pi_1', 'cart', 2380)),
  tests.an_event('evt_intent', tests.fact_captured('pi_1', 'cart', 2380)),
  tests.an_event('evt_session', tests.fact_captured('pi_1', 'cart', 2380)
    || '{"breakdown": {"subtotal_minor": 2000, "tax_minor": 380, "shipping_minor": 0, "discount_minor": 0}}')
);

select * from finish();
rollback;
