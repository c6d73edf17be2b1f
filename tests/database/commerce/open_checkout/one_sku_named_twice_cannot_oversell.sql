begin;
select plan(2);

select tests.a_product('chair', stock => 3);

select throws_ok(
  $$ select commerce.open_checkout('amina@tests.example',
    '[{"sku": "chair", "quantity": 2}, {"sku": "chair", "quantity": 2}]') $$,
  'P0001', 'product chair is sold out: 4 asked for, 3 left', 'the sum counts'
);
select is(tests.the_stock('chair'), 3, 'nothing was reserved');

select * from finish();
rollback;
