begin;
select plan(7);

select tests.a_product('chair', 1000, 5);

select tests.is_refused($$ update public.products set stock = -1 where sku = 'chair' $$, 'stock_is_never_negative',
  'stock is never negative');
select tests.is_refused($$ update public.products set price_minor = -1 where sku = 'chair' $$,
  'a_price_is_not_negative', 'nor is a price');
select tests.is_refused($$ update public.products set currency = 'eur' where sku = 'chair' $$,
  'a_currency_is_an_iso_code', 'a currency is an ISO code in capitals');
select tests.is_refused($$ update public.products set currency = E'EUR\n' where sku = 'chair' $$,
  'a_currency_is_an_iso_code', 'and nothing more');
select tests.is_refused($$ insert into public.products (sku, name, price_minor, currency)
  values ('chair', 'X', 1, 'EUR') $$, 'a_sku_names_one_product', 'a sku names one product');
select lives_ok($$ insert into public.products (id, sku, name, price_minor, currency, stock)
  values (gen_random_uuid(), 'lamp', 'Lamp', 1, 'EUR', 1) $$, 'id, sku, name, price, currency and stock are enough');
select lives_ok($$ update public.products set stock = 0 where sku = 'chair' $$, '0 is not negative');

select * from finish();
rollback;
