begin;
select plan(5);

select tests.a_product('chair', 1000, 5);
select is(tests.receive(tests.fact_moved('m_1', 'chair', 3)), 'applied', 'three pieces arrive');
select is(tests.receive(tests.fact_moved('m_1', 'chair', 3)), 'applied',
  'and are reported once more, in another event');
select is(tests.the_stock('chair'), 8, 'the stock has grown by three');
select tests.receive(tests.fact_moved('m_2', 'chair', -2));
select is(tests.the_stock('chair'), 6, 'another movement is another');
select is(
  (select string_agg(m.quantity || ' ' || m.reason || ' ' || m.provider_ref || ' ' || m.note, ', ' order by m.id)
   from public.stock_movements m where m.provider = 'tests'),
  '3 moved m_1 delivery, -2 moved m_2 delivery', 'the ledger has both, with their reasons'
);

select * from finish();
rollback;
