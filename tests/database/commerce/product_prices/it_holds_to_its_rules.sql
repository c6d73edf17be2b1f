begin;
select plan(6);

select tests.a_product('chair', 1000, 10);

create function tests.a_price(currency text, price bigint, product uuid default (tests.the_product('chair')).id)
  returns text language sql as $$
  select format('insert into public.product_prices (product_id, currency, price_minor) values (%L, %L, %s)', product,
    currency, price)
$$;
select lives_ok(tests.a_price('XAF', 6560), 'another currency');
select tests.is_refused(tests.a_price('XAF', 6561), 'product_prices_pkey', 'once each');
select tests.is_refused(tests.a_price('usd', 1), 'a_currency_is_an_iso_code', 'an ISO code in capitals');
select tests.is_refused(tests.a_price('USD', -1), 'a_price_is_not_negative', 'not negative');
select tests.is_refused(tests.a_price('USD', 1, gen_random_uuid()), 'a_price_is_of_a_product',
  'it belongs to a product');
select lives_ok($$ delete from public.products where sku = 'chair' $$, 'it is deleted with its product');

select * from finish();
rollback;
