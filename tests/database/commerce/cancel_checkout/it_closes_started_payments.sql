begin;
select plan(2);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select commerce.start_payment(tests.id('cart'), 'stripe', 'checkout_session', 'cs_1', '{}');
select tests.a_checkout('other', '{"chair": 1}');
select commerce.start_payment(tests.id('other'), 'stripe', 'checkout_session', 'cs_2', '{}');
select commerce.cancel_checkout(tests.id('cart'));
select isnt((select s.close_requested_at from public.started_payments s where s.provider_ref = 'cs_1'), null,
  'the buyer must not pay there any more');
select is((select s.close_requested_at from public.started_payments s where s.provider_ref = 'cs_2'), null,
  'other buyers may');

select * from finish();
rollback;
