begin;
select plan(5);

-- Items for 20.00, 10 % off, 5.00 for shipping, 4.37 of tax on top.
select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart', '{"chair": 2}');
update commerce.settings set provider_adjustments = '{tax,shipping,discount}' where id;
select is(tests.receive(tests.fact_captured('pi_1', 'cart', 2737)
  || '{"breakdown": {"subtotal_minor": 2000, "tax_minor": 437, "shipping_minor": 500, "discount_minor": 200}}'),
  'applied', 'it is applied');

select is((tests.the_payment('pi_1')).needs_review, false, 'the provider''s figures explain the rest: no review');
select is((tests.the_order('cart')).status, 'confirmed', 'there is an order');
select is(row((tests.the_order('cart')).total_minor, (tests.the_order('cart')).tax_minor,
  (tests.the_order('cart')).shipping_minor, (tests.the_order('cart')).discount_minor)::text, '(2737,437,500,200)',
  'which keeps tax, shipping and discount');
select is(tests.the_reservations('cart'), '2 chair taken', 'and takes its stock');

select * from finish();
rollback;
