begin;
select plan(2);

select tests.a_product('chair', currency => 'EUR', stock => 5);
select tests.a_product('lamp', currency => 'XAF', stock => 5);

select throws_ok($$ select tests.a_checkout('cart', '{"chair": 1, "lamp": 1}') $$, '22023', null,
  'two currencies are refused');
select is(tests.the_stock('chair') + tests.the_stock('lamp'), 10, 'nothing was reserved');

select * from finish();
rollback;
