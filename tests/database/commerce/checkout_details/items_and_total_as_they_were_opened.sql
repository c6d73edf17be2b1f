begin;
select plan(1);

select tests.a_product('chair', price => 1000);
select tests.a_product('lamp', price => 250);
select tests.a_checkout('cart', '{"lamp": 2, "chair": 1}');
select tests.a_product('chair', price => 9999);
select is(
  commerce.checkout_details(tests.id('cart')) - 'expires_at',
  jsonb_build_object(
    'id', tests.id('cart'), 'email', 'buyer@tests.example', 'total_minor', 1500, 'currency', 'EUR',
    'items', '[
      {"sku": "chair", "name": "Chair", "quantity": 1, "unit_price_minor": 1000, "starts_at": null},
      {"sku": "lamp", "name": "Lamp", "quantity": 2, "unit_price_minor": 250, "starts_at": null}
    ]'::jsonb,
    'subtotal_minor', 1500, 'discount_minor', 0, 'discount_code', null, 'shipping_minor', 0, 'tax_minor', 0,
    'tax_included', false, 'provider_tax', false,
    'delivery', '{"name": null, "countries": null, "address": null, "recipient_name": null, "recipient_phone": null}'
      ::jsonb
  ),
  'a later price changes nothing'
);

select * from finish();
rollback;
