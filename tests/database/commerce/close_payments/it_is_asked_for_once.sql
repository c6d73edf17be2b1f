begin;
select plan(1);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'stripe', 'checkout_session', 'cs_1', '{}');
update public.started_payments set close_requested_at = '2026-01-01T00:00:00Z' where provider_ref = 'cs_1';
select commerce.close_payments(tests.id('cart'));
select is(
  (select s.close_requested_at from public.started_payments s where s.provider_ref = 'cs_1'),
  '2026-01-01T00:00:00Z'::timestamptz,
  'a requested closing is not requested again'
);

select * from finish();
rollback;
