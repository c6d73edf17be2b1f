begin;
select plan(7);

select is(tests.receive(tests.fact_set('lamp', 3, tests.a_whole_product('Lamp'))), 'applied',
  'with name, price and currency');
select is((tests.the_product('lamp')).kind, 'goods', 'it is goods');
select is((tests.the_product('lamp')).active, true, 'on sale');
select is(tests.the_stock('lamp'), 0, 'with a stock of 0: uncounted goods would be sold without limit');
select is((tests.the_product('lamp')).version, 3::bigint, 'its version is that of the write');
select is((tests.the_product('lamp')).stock_version, 0::bigint, 'and the first count is accepted with any version');
select is((select count(*)::integer from public.stock_movements m where m.product_id = (tests.the_product('lamp')).id),
  0, 'nothing moved');

select * from finish();
rollback;
