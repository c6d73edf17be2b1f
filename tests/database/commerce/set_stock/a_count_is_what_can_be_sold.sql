begin;
select plan(6);

select tests.a_product('chair', 1000, 5);
select is(tests.receive(tests.fact_count('chair', 2, 12)), 'applied', 'a count is taken');
select is(tests.the_stock('chair'), 12, 'and is the stock');
select is((tests.the_product('chair')).stock_version, 2::bigint, 'with its version');
select is(
  (select m.quantity || ' ' || m.reason from public.stock_movements m
    where m.product_id = (tests.the_product('chair')).id order by m.id desc limit 1),
  '7 counted', 'the ledger says by how much, and why'
);
select tests.receive(tests.fact_count('chair', 9, 12));
select is((tests.the_product('chair')).stock_version, 9::bigint, 'a count that finds the same is a version too');
select is((select sum(m.quantity)::integer from public.stock_movements m
  where m.product_id = (tests.the_product('chair')).id), 12, 'and moves nothing');

select * from finish();
rollback;
