begin;
select plan(4);

select tests.a_product('chair', stock => 5);
select tests.a_product('lamp', stock => 1);

select throws_ok(
  $$ select tests.a_checkout('cart', '{"chair": 2, "lamp": 2}') $$, 'P0001',
  'product lamp is sold out: 2 asked for, 1 left',
  'one item too many refuses all'
);
select is(tests.the_stock('chair'), 5, 'the other items keep their stock');
select is(tests.the_stock('lamp'), 1, 'so does the one that was short');
select is_empty($$ select 1 from public.checkout_sessions s where s.email = 'buyer@tests.example' $$,
  'there is no checkout');

select * from finish();
rollback;
