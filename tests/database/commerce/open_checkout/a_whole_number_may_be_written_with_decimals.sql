begin;
select plan(2);

-- Dart and others serialize 1 as 1.0.
select tests.a_product('chair', 1000, 5);

select lives_ok(
  $$ select tests.remember('cart',
    commerce.open_checkout('amina@tests.example', '[{"sku": "chair", "quantity": 2.0}]')::text) $$,
  '2.0 is a whole quantity'
);
select is(tests.the_stock('chair'), 3, 'it reserves 2');

select * from finish();
rollback;
