begin;
select plan(8);

create function pg_temp.recipient(country text default 'DE', name text default 'Amina', phone text default null)
  returns jsonb language sql as $$
  select jsonb_build_object('recipient', jsonb_build_object('address', tests.an_address(country), 'name', name,
    'phone', phone))
$$;
select tests.a_product('chair');
select tests.a_rate('{DE}', 500);
select tests.a_shipment('early', '{"shipping_country": "DE", "page_asks": true}');
select tests.receive(tests.fact_approved('order_1', 'early', 1500) || pg_temp.recipient(),
  tests.fact_captured('pi_1', 'early', 1500));
select is((tests.the_order('early')).shipping_address, tests.an_address(), 'it may be known before the money');
select tests.a_shipment('late', '{"shipping_country": "DE", "page_asks": true}');
select tests.receive(tests.fact_captured('pi_2', 'late', 1500));
select is((tests.the_order('late')).shipping_address, null, 'or after');
select tests.receive(tests.fact_captured('pi_2', 'late', 1500) || pg_temp.recipient(phone => '+49'));
select is((tests.the_order('late')).recipient_phone, '+49', 'then the order gets it');
select is((tests.the_parcel('late')).shipping_address, tests.an_address(), 'and its parcel');
select tests.a_shipment('abroad', '{"shipping_country": "DE", "page_asks": true}');
select tests.receive(tests.fact_captured('pi_3', 'abroad', 1500) || pg_temp.recipient('FR'));
select matches((tests.the_order('abroad')).attention_reason, '^It goes to FR, and shipping was paid for DE',
  'another country than was paid for needs attention');
select tests.a_shipment('given', jsonb_build_object('shipping_address', tests.an_address()));
select tests.receive(tests.fact_captured('pi_4', 'given', 1500) || pg_temp.recipient('FR'));
select is((tests.the_order('given')).shipping_address, tests.an_address(), 'the storefront''s own stands');
select tests.a_shipment('order', '{"shipping_country": "DE", "page_asks": true}');
select tests.ends_the_same_in_every_order(
  'in whatever order its events arrive',
  tests.an_event('evt_1', tests.fact_captured('pi_5', 'order', 1500) || pg_temp.recipient()),
  tests.an_event('evt_2', tests.fact_captured('pi_5', 'order', 1500) || pg_temp.recipient(name => 'Bea', phone => '1')),
  tests.an_event('evt_3', tests.fact_captured('pi_5', 'order', 1500))
);
select is(tests.inconsistencies(), null, 'the audit agrees');

select * from finish();
rollback;
