begin;
select plan(3);

select tests.a_product('chair', stock => 5, active => false);

select throws_ok($$ select tests.a_checkout('cart', '{"chair": 1}') $$, 'P0002', 'there is no product chair on sale',
  'a product that is not active is refused');
select throws_ok(
  $$ select tests.a_checkout('cart', '{"no such thing": 1}') $$, 'P0002', 'there is no product no such thing on sale',
  'an unknown sku is refused'
);
select is(tests.the_stock('chair'), 5, 'its stock is untouched');

select * from finish();
rollback;
