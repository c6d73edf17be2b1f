begin;
select plan(5);

select tests.a_product('chair');
select tests.a_pack('credits');
select tests.a_rate('{DE}', 500);
select tests.a_shipment('cart', jsonb_build_object('shipping_address', tests.an_address(), 'recipient_name', 'Amina',
  'recipient_phone', '+49'));
select is((tests.the_checkout('cart')).shipping_address, tests.an_address(), 'in the checkout');
select tests.receive(tests.fact_captured('pi_1', 'cart', 1500));
select is(
  row((tests.the_order('cart')).shipping_address, (tests.the_order('cart')).recipient_name,
    (tests.the_order('cart')).recipient_phone)::text,
  row(tests.an_address(), 'Amina', '+49')::text, 'in the order');
select is(
  row((tests.the_parcel('cart')).shipping_address, (tests.the_parcel('cart')).recipient_name,
    (tests.the_parcel('cart')).recipient_phone)::text,
  row(tests.an_address(), 'Amina', '+49')::text, 'in the parcel');
select tests.a_shipment('pack', jsonb_build_object('shipping_address', tests.an_address(), 'recipient_name', 'Amina'),
  '{"credits": 1}');
select is((tests.the_checkout('pack')).total_minor, 1000::bigint, 'what is not sent costs no shipping');
select is((tests.the_checkout('pack')).shipping_address, null, 'and keeps no address');

select * from finish();
rollback;
