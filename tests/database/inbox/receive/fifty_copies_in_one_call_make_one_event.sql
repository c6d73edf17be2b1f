begin;
select plan(7);

select tests.a_product('chair', stock => 60);
select tests.a_checkout('cart');
create temporary table answers as
select r.* from inbox.receive((
  select jsonb_agg(tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart'))) from generate_series(1, 50)
)) r;

select is((select count(*)::integer from inbox.events e where e.provider = 'tests'), 1, 'there is one event');
select is((select count(*)::integer from public.orders o where o.checkout_session_id = tests.id('cart')), 1,
  'there is one order');
select is(tests.the_stock('chair'), 59, 'stock is taken once');
select is((select count(*)::integer from answers), 50, 'each copy is answered');
select is((select count(*)::integer from answers a where a.status = 'applied'), 50, 'as applied');
select is((select count(*)::integer from answers a where a.duplicate), 49, 'all but the first as a duplicate');
select is((select count(distinct a.id)::integer from answers a), 1, 'with one id');

select * from finish();
rollback;
