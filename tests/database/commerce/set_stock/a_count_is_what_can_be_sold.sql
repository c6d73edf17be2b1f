begin;
select plan(6);

select tests.a_product('chair', 1000, 5);
select is(tests.receive(tests.fact_count('chair', 2, 12)), 'applied', 'a count is applied');
select is(tests.the_stock('chair'), 12, 'and becomes the stock');
select is((tests.the_product('chair')).stock_version, 2::bigint, 'with its version');
select is(
  (select m.quantity || ' ' || m.reason from public.stock_movements m
    where m.product_id = (tests.the_product('chair')).id order by m.id desc limit 1),
  '7 counted', 'the ledger has the difference and the reason'
);
select tests.receive(tests.fact_count('chair', 9, 12));
select is((tests.the_product('chair')).stock_version, 9::bigint, 'a count without a difference has a version too');
select is((select sum(m.quantity)::integer from public.stock_movements m
  where m.product_id = (tests.the_product('chair')).id), 12, 'and writes no movement');

select * from finish();
rollback;
