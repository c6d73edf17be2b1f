begin;
select plan(2);

-- Dart and others write 1.0 for the number 1.
select tests.a_product('chair', 1000, 5);

select lives_ok(
  $$ select tests.remember('cart',
    commerce.open_checkout('amina@tests.example', '[{"sku": "chair", "quantity": 2.0}]')::text) $$,
  '2.0 is a whole quantity'
);
select is(tests.the_stock('chair'), 3, 'it reserves 2');

select * from finish();
rollback;
