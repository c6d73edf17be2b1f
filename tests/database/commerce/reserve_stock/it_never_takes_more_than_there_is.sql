begin;
select plan(5);

select tests.a_product('chair', stock => 3);
select tests.a_checkout('cart', '{"chair": 1}');
select tests.a_product('lamp', stock => 2);

select throws_ok(
  $$ select commerce.reserve_stock(tests.id('cart'), (tests.the_product('lamp')).id, 3) $$, 'P0001', 'lamp is sold out: 3 asked for, 2 left',
  'more than there is is refused, and the refusal says how many are left'
);
select is(tests.the_stock('lamp'), 2, 'stock is untouched');
select lives_ok($$ select commerce.reserve_stock(tests.id('cart'), (tests.the_product('lamp')).id, 2) $$, 'all there is can be had');
select is(tests.the_stock('lamp'), 0, 'then there is none');
select is(tests.the_reservations('cart'), '1 chair held, 2 lamp held', 'what was taken is held for the checkout');

select * from finish();
rollback;
