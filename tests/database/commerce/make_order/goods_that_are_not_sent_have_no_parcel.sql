begin;
select plan(3);

select tests.a_product('e-book');
update public.products set ships = false where sku = 'e-book';
select tests.a_rate('{DE}', 500);
select tests.a_shipment('cart', items => '{"e-book": 1}');
select tests.receive(tests.fact_captured('pi_1', 'cart', 1000));
select is((tests.the_order('cart')).status::text, 'confirmed', 'a download is ordered without an address');
select is((tests.the_parcel('cart')).id, null, 'and without a parcel');
select is(tests.inconsistencies(), null, 'the audit agrees');

select * from finish();
rollback;
