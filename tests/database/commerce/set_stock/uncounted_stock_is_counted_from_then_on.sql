begin;
select plan(3);

select tests.a_product('chair', 1000, null);
select tests.receive(tests.fact_count('chair', 2, 3));
select is(tests.the_stock('chair'), 3, 'the counted number is the stock');
select is((tests.the_product('chair')).stock_version, 2::bigint, 'by that version');
select throws_ok($$ select commerce.open_checkout('amina@tests.example', '[{"sku": "chair", "quantity": 4}]') $$,
  'P0001', null, 'and no more are sold');

select * from finish();
rollback;
