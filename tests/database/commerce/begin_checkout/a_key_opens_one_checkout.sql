begin;
select plan(7);

select tests.a_product('chair', stock => 5);

create temporary table first as
select b.* from commerce.begin_checkout('guest', 'key-of-one-purchase', 'f1', 'Buyer@tests.example',
  '[{"sku": "chair", "quantity": 2}]', null, null) b;
select is((select outcome from first), 'begun', 'the first call is to start the payment');
select is(tests.the_stock('chair'), 3, 'its stock is reserved');
select is(
  (select details - '{id,expires_at,delivery,provider_tax,subtotal_minor,discount_minor,discount_code,shipping_minor,'
    'tax_minor,tax_included}'::text[] from first),
  '{"email": "buyer@tests.example", "total_minor": 2000, "currency": "EUR", "items": [{"sku": "chair", "name": '
  '"Chair", "quantity": 2, "unit_price_minor": 1000, "starts_at": null}]}',
  'it gets the details for the provider'
);

create temporary table second as
select b.* from commerce.begin_checkout('guest', 'key-of-one-purchase', 'f1', 'Buyer@tests.example',
  '[{"sku": "chair", "quantity": 2}]', null, null) b;
select is((select outcome from second), 'busy', 'the second waits while the provider is asked');
select is((select checkout_session_id from second), (select checkout_session_id from first), 'it is the same checkout');
select is(tests.the_stock('chair'), 3, 'nothing is reserved twice');
select is((select count(*)::integer from public.checkout_sessions s where s.email = 'buyer@tests.example'), 1,
  'there is one checkout');

select * from finish();
rollback;
