begin;
select plan(5);

-- 1000 - 100 + 500 = 1400
select tests.a_product('chair');
select tests.a_rate('{DE}', 500);
select tests.a_discount('TENTH', 10);
create function pg_temp.pays(name text, amount bigint, subtotal bigint, tax bigint, shipping bigint, discount bigint)
  returns text language plpgsql as $$
begin
  perform tests.a_shipment(name, jsonb_build_object('shipping_address', tests.an_address(), 'discount_code', 'TENTH'));
  perform tests.receive(tests.fact_captured('pi_' || name, name, amount) || jsonb_build_object('breakdown',
    jsonb_build_object('subtotal_minor', subtotal, 'tax_minor', tax, 'shipping_minor', shipping, 'discount_minor',
    discount)));
  return (select format('%s: %s %s %s', o.total_minor, o.tax_minor, o.shipping_minor, o.discount_minor)
    from public.orders o where o.checkout_session_id = tests.id(name));
end
$$;
select is(pg_temp.pays('exact', 1400, 1000, 0, 500, 100), '1400: 0 500 100', 'its own shipping and discount');
select is(pg_temp.pays('taxed', 1666, 1000, 266, 500, 100), '1666: 266 500 100', 'and tax of the provider''s');
select is(pg_temp.pays('lines', 1666, 1500, 266, 0, 100), '1666: 266 500 100', 'with shipping as a line of the items');
select is(pg_temp.pays('more', 1300, 1000, 0, 500, 200), null, 'a discount of the provider''s is not allowed here');
select is(tests.inconsistencies(), null, 'the audit agrees');

select * from finish();
rollback;
