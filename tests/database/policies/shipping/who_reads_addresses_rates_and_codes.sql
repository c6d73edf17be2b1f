begin;
select plan(7);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_product('chair');
select tests.a_discount('TENTH', 10);
select tests.a_rate('{DE}', 500);
select tests.a_rate('{FR}', 900);
update public.shipping_rates set active = false where price_minor = 900;
select tests.a_shipment('cart', jsonb_build_object('shipping_address', tests.an_address(), 'discount_code', 'TENTH'),
  email => 'student@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart', 1400));

select is(tests.by('student@tests.example', 'select from public.orders o where o.shipping_address is not null'), '1',
  'buyers read the address of their own order');
select is(tests.by('other@tests.example', 'select from public.orders o where o.shipping_address is not null'), '0',
  'nobody else''s');
select is(tests.by('student@tests.example', 'select from public.fulfillments f where f.shipping_address is not null'),
  '1', 'and of their own parcel');
select is(tests.by('guest', 'select from public.shipping_rates'), '1', 'everybody reads the rates in force');
select is(tests.by('student@tests.example', 'select from public.discounts'), '0', 'nobody reads the codes');
select is(tests.by('admin@tests.example', 'update public.fulfillments set recipient_name = ''Amina'''), '1',
  'an admin corrects a parcel''s address');
select is(tests.by('student@tests.example', 'update public.fulfillments set recipient_name = ''Amina'''), '0',
  'a buyer does not');

select * from finish();
rollback;
