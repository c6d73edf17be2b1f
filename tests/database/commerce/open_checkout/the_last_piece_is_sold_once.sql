begin;
select plan(2);

select tests.a_product('chair', stock => 1);
select tests.a_checkout('first');

select throws_ok(
  $$ select tests.a_checkout('second') $$, 'P0001', 'product chair is sold out: 1 asked for, 0 left',
  'the second buyer gets sold out'
);
select is(tests.the_stock('chair'), 0, 'stock is not negative');

select * from finish();
rollback;
