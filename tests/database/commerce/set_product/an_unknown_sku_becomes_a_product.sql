begin;
select plan(7);

select is(tests.receive(tests.fact_set('lamp', 3, tests.a_whole_product('Lamp'))), 'applied',
  'with name, price and currency');
select is((tests.the_product('lamp')).kind, 'goods', 'it is goods');
select is((tests.the_product('lamp')).active, true, 'on sale');
select is(tests.the_stock('lamp'), 0, 'and there are none: what was not counted is not sold without end');
select is((tests.the_product('lamp')).version, 3::bigint, 'its version is what was said');
select is((tests.the_product('lamp')).stock_version, 0::bigint, 'and the first count, whatever its version, is taken');
select is((select count(*)::integer from public.stock_movements m where m.product_id = (tests.the_product('lamp')).id),
  0, 'nothing moved');

select * from finish();
rollback;
