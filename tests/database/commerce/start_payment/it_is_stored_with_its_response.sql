begin;
select plan(2);

select tests.a_product('chair', stock => 5);

select tests.begins('key-of-one-purchase');
select commerce.start_payment(tests.id('cart'), 'tests', 'order', 'order_1',
  '{"redirect_url": "https://provider.example/1"}');
select commerce.start_payment(tests.id('cart'), 'tests', 'order', 'order_1',
  '{"redirect_url": "https://provider.example/1"}');
select results_eq(
  $$ select s.provider, s.kind, s.provider_ref from public.started_payments s
  where s.checkout_session_id = tests.id('cart') $$,
  $$ values ('tests', 'order', 'order_1') $$,
  'the object at the provider is stored once'
);
select is(
  (select r.answer from public.checkout_requests r where r.checkout_session_id = tests.id('cart')),
  '{"redirect_url": "https://provider.example/1"}',
  'so is the response to the buyer'
);

select * from finish();
rollback;
