begin;
select plan(6);

create function pg_temp.parcels() returns setof ops.attention language sql as $$
  select * from ops.attention where what = 'parcel without an address'
$$;
select tests.a_product('chair');
select tests.a_rate('{DE}', 500);
select tests.a_shipment('paid', '{"shipping_country": "DE", "page_asks": true}');
select tests.a_shipment('given', jsonb_build_object('shipping_address', tests.an_address()));
select tests.receive(tests.fact_captured('pi_1', 'paid', 1500), tests.fact_captured('pi_2', 'given', 1500));

select is_empty('select * from pg_temp.parcels()', 'the address may follow a moment after the money');
update public.fulfillments f set created_at = now() - interval '11 minutes' where f.id = (tests.the_parcel('paid')).id;
update public.fulfillments f set created_at = now() - interval '11 minutes' where f.id = (tests.the_parcel('given')).id;
select results_eq(
  'select which, severity::text, why ~ ''paid 15.00 EUR and waits'' from pg_temp.parcels()',
  $$ values ('order ' || (tests.the_order('paid')).number, 'urgent', true) $$,
  'one whose page asked for none; the storefront''s own is known'
);
select throws_ok(tests.the_remedy('parcel without an address'), '23514', null, 'the remedy needs the address');
select lives_ok(
  replace(replace(tests.the_remedy('parcel without an address'), '<DE>', 'DE'), '<street>', 'Main St 1'),
  'and takes it'
);
select is((tests.the_parcel('paid')).shipping_address ->> 'line1', 'Main St 1', 'the parcel has it');
select is_empty('select * from pg_temp.parcels()', 'then it needs nobody');

select * from finish();
rollback;
