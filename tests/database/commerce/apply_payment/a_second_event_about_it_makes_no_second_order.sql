begin;
select plan(5);

-- Stripe sends checkout.session.completed and payment_intent.succeeded for one payment.
select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_captured('pi_1', 'cart', 2000));

select is(tests.receive(tests.fact_captured('pi_1', 'cart', 2000, at => 1)), 'applied',
  'the second event is applied too');
select is((select count(*)::integer from public.payments p where p.provider = 'tests'), 1, 'there is one payment');
select is((select count(*)::integer from public.orders o where o.checkout_session_id = tests.id('cart')), 1,
  'there is one order');
select is(tests.the_stock('chair'), 3, 'stock is taken once');
select is((tests.the_payment('pi_1')).captured_at, tests.moment(0)::timestamptz,
  'the first capture time is kept');

select * from finish();
rollback;
