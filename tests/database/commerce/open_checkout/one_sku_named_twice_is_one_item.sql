begin;
select plan(3);

select tests.a_product('chair', 1000, 5);
select tests.remember('cart', commerce.open_checkout(
  'amina@tests.example', '[{"sku": "chair", "quantity": 1}, {"sku": "chair", "quantity": 2}]'
)::text);

select is((select i.quantity from public.checkout_items i where i.checkout_session_id = tests.id('cart')), 3,
  'the quantities are added up');
select is((tests.the_checkout('cart')).total_minor, 3000::bigint, 'so are the prices');
select is(tests.the_stock('chair'), 2, 'so are the reservations');

select * from finish();
rollback;
