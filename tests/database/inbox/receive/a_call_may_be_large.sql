begin;
select plan(3);

select tests.a_product('chair', 10, 1000);
select tests.remember('c' || n,
  commerce.open_checkout('amina@tests.example', '[{"sku": "chair", "quantity": 1}]')::text)
  from generate_series(1, 200) n;
select is(
  (select count(*)::integer from inbox.receive((
    select jsonb_agg(tests.an_event('evt_' || n, tests.fact_captured('pi_' || n, 'c' || n, 10)))
    from generate_series(1, 200) n
  )) r where r.status = 'applied' and not r.duplicate), 200, 'two hundred payments in one call'
);
select is((select count(*)::integer from public.orders o join public.payments p on p.id = o.payment_id
  where p.provider = 'tests'), 200, 'make two hundred orders');
select is(tests.the_stock('chair'), 800, 'of two hundred chairs');

select * from finish();
rollback;
