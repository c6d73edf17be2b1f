begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
select tests.a_product('lamp', 655957, 5, 'XAF');
insert into public.product_prices (product_id, currency, price_minor)
  values ((tests.the_product('chair')).id, 'XAF', 6560);
select tests.remember('cart', commerce.open_checkout('amina@tests.example', tests.items('{"chair": 2, "lamp": 1}'),
  'XAF')::text);

select is((tests.the_checkout('cart')).currency, 'XAF', 'the requested one');
select is((tests.the_checkout('cart')).total_minor, 669077::bigint,
  'at the prices in it, a product''s own or an additional one');
select is(tests.the_stock('chair'), 8, 'from one stock');

select * from finish();
rollback;
