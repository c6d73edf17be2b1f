begin;
select plan(2);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'paypal', 'order', 'TESTS-ORDER-1', '{}');
select commerce.start_payment(tests.id('cart'), 'fapshi', 'transaction', 'tests-transaction-1', '{}');
select commerce.close_payments(tests.id('cart'));
select is((select s.close_requested_at from public.started_payments s where s.provider_ref = 'TESTS-ORDER-1'), null,
  'an order at PayPal is left alone');
select isnt((select s.close_requested_at from public.started_payments s where s.provider_ref = 'tests-transaction-1'),
  null, 'a link at Fapshi is closed');

select * from finish();
rollback;
