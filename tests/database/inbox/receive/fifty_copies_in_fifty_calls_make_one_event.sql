begin;
select plan(5);

select tests.a_product('chair', stock => 60);
select tests.a_checkout('cart');
create temporary table answers as
select r.* from generate_series(1, 50) n,
  inbox.receive(jsonb_build_array(tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart'))
    || jsonb_build_object('copy', n))) r;

select is((select count(*)::integer from inbox.events e where e.provider = 'tests'), 1, 'there is one event');
select is((select count(*)::integer from public.orders o where o.checkout_session_id = tests.id('cart')), 1,
  'there is one order');
select is(tests.the_stock('chair'), 59, 'stock is taken once');
select is((select count(*)::integer from answers a where not a.duplicate), 1, 'one is new');
select is(
  (select count(*)::integer from outbox.messages m where m.record_key = 'orders/' || (tests.the_order('cart')).id
    and m.type = 'order.created'), 1,
  'one message about the order'
);

select * from finish();
rollback;
