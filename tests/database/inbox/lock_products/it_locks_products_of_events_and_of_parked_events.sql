begin;
select plan(3);

select tests.a_product(sku, stock => 0) from unnest('{chair,lamp,sofa}'::text[]) sku;
select tests.receive(tests.fact_count('shelf', 1, 1), tests.fact_count('desk', 2, 4));
select tests.a_product('desk', stock => 0);

create function tests.locked(event jsonb) returns text language plpgsql as $$
begin
  perform inbox.lock_keys(jsonb_build_array(event));
  -- These rows were inserted just now: only a lock sets xmax.
  return (select string_agg(p.sku, ' ' order by p.sku) from public.products p
    where p.sku in ('chair', 'desk', 'lamp', 'sofa') and p.xmax <> 0);
end
$$;
select is(tests.locked(tests.an_event('evt_a', tests.fact_captured('pi_1'))), null,
  'none for an event about something else');
select is(tests.locked(tests.an_event('evt_b', tests.fact_set('shelf', 1, tests.a_whole_product('Shelf')))), 'desk',
  'the parked event of a product in the call');
select is(tests.locked(tests.an_event('evt_c', tests.fact_count('sofa', 2, 1), tests.fact_set('chair', 2, '{}'))),
  'chair desk sofa', 'and the products of all facts');

select * from finish();
rollback;
