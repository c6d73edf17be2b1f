begin;
select plan(8);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart', '{"chair": 1}');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is(tests.receive(tests.fact_captured('pi_2', 'cart')), 'applied', 'the second payment is recorded');

select is((tests.the_payment('pi_2')).status, 'captured', 'it is captured');
select ok((tests.the_payment('pi_2')).needs_review, 'it needs review');
select matches((tests.the_payment('pi_2')).review_reason, 'already paid by another payment \(order '
  || (tests.the_order('cart')).number || '\). Refund this one', 'the reason names the order, and which to refund');
select is((select count(*)::integer from public.orders o where o.checkout_session_id = tests.id('cart')), 1,
  'there is one order');
select is((tests.the_order('cart')).payment_id, (tests.the_payment('pi_1')).id, 'it belongs to the first payment');
select is((tests.the_payment('pi_1')).review_reason, null, 'the first payment needs no review');
select is(tests.the_stock('chair'), 4, 'stock is taken once');

select * from finish();
rollback;
