begin;
select plan(7);

select tests.a_rate('{DE,AT}', 500, 2000);
select tests.a_rate('{DE}', 450, 1000);
select tests.a_rate('{DE}', 1200);
select tests.a_rate(null, 3000);
select tests.a_rate('{DE}', 900, currency => 'USD');
select is((commerce.shipping_rate('DE', 'EUR', 1000)).price_minor, 450::bigint, 'by weight, up to its limit');
select is((commerce.shipping_rate('DE', 'EUR', 1001)).price_minor, 500::bigint, 'the next above it');
select is((commerce.shipping_rate('DE', 'EUR', 5000)).price_minor, 1200::bigint, 'the one without a limit');
select is((commerce.shipping_rate('DE', 'USD', 1)).price_minor, 900::bigint, 'in the currency');
select is((commerce.shipping_rate('AT', 'EUR', 2001)).id, null, 'a country that is named has its own rates only');
select is((commerce.shipping_rate('JP', 'EUR', 1)).price_minor, 3000::bigint, 'all others have the rate for all');
update public.shipping_rates set active = false where countries is null;
select is((commerce.shipping_rate('JP', 'EUR', 1)).id, null, 'a rate that is not active does not apply');

select * from finish();
rollback;
