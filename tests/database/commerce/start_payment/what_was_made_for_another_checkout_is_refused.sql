begin;
select plan(3);

select tests.a_product('chair', stock => 5);

select tests.begins('key-of-one-purchase');
select tests.remember('first', current_setting('tests.cart'));
select commerce.start_payment(tests.id('first'), 'tests', 'order', 'order_1',
  '{"redirect_url": "https://provider.example/1"}');
select tests.begins('key-of-another-purchase');
select throws_ok(
  $$ select commerce.start_payment(tests.id('cart'), 'tests', 'order', 'order_1',
    '{"redirect_url": "https://provider.example/1"}') $$,
  'P0001', 'tests answered with order_1, which is another checkout''s', 'the buyer must not pay for another checkout'
);
select is((select r.answer from public.checkout_requests r where r.checkout_session_id = tests.id('cart')), null,
  'its buyer gets no payment page');
select is(
  (select s.checkout_session_id from public.started_payments s where s.provider_ref = 'order_1'), tests.id('first'),
  'it stays with the first checkout'
);

select * from finish();
rollback;
