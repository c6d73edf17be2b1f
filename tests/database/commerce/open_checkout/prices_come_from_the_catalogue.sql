begin;
select plan(3);

select tests.a_product('chair', 1250);
select tests.remember('cart', commerce.open_checkout(
  'amina@tests.example', '[{"sku": "chair", "quantity": 2, "price_minor": 1, "unit_price_minor": 1, "currency": "XAF"}]'
)::text);

select is((tests.the_checkout('cart')).total_minor, 2500::bigint,
  'the total is the catalogue''s price times the quantity, whatever the caller says');
select is((tests.the_checkout('cart')).currency, 'EUR', 'the currency is the catalogue''s');
select results_eq(
  $$ select i.sku, i.name, i.quantity, i.unit_price_minor from public.checkout_items i
  where i.checkout_session_id = tests.id('cart') $$,
  $$ values ('chair', 'Chair', 2, 1250::bigint) $$,
  'the item keeps the current name and price'
);

select * from finish();
rollback;
