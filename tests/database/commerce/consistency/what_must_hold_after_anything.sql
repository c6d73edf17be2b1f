begin;
select plan(7);

-- The consistency checks required by the project, after a day of failures.
select tests.a_product('chair', 1000, 10);
select tests.a_product('lamp', 500, 3);
select tests.a_checkout('c' || n, case n % 3 when 0 then '{"chair": 1}' when 1 then '{"lamp": 1}'
  else '{"chair": 1, "lamp": 1}' end::jsonb) from generate_series(1, 4) n;
select tests.receive(tests.fact_checkout_expired('c1'));
select tests.a_checkout('c5', '{"lamp": 1}');
select tests.receive(tests.fact_captured('pi_1', 'c1', 500), tests.fact_captured('pi_1b', 'c1', 500));
select tests.receive(tests.fact_failed('pi_2', 'c2', 1500), tests.fact_captured('pi_2', 'c2', 1500),
  tests.fact_refund('re_2', 'pi_2', 1500));
select tests.receive(tests.fact_captured('pi_3', 'c3', 999));
select tests.receive(tests.fact_pending('pi_4', 'c4', 500), tests.fact_cancelled('pi_4', 'c4', 500));
select tests.receive(tests.fact_captured('pi_5', 'c5', 500), tests.fact_dispute('dp_5', 'pi_5', 'lost'));
select tests.receive(tests.fact_captured('pi_6'));

select is_empty(
  $$ select p.provider_ref from public.payments p where p.captured_at is not null and p.review_reason is null
  and not exists (select 1 from public.orders o where o.payment_id = p.id) and p.provider = 'tests' $$,
  'every captured payment has an order, or an admin reviews it'
);
select is_empty(
  $$ select o.id from public.orders o join public.payments p on p.id = o.payment_id where p.captured_at is null $$,
  'no order is without a captured payment'
);
select is_empty(
  $$ select o.id from public.orders o join public.checkout_sessions s on s.id = o.checkout_session_id
     where s.status <> 'payment_completed' or (o.total_minor, o.currency) is distinct from (s.total_minor,
       s.currency) $$,
  'every order belongs to a completed checkout with the same total'
);
select is_empty(
  $$ select s.id from public.checkout_sessions s where s.status = 'payment_completed'
  and not exists (select 1 from public.orders o where o.checkout_session_id = s.id) $$,
  'every completed checkout has its order'
);
select is_empty(
  $$ (select o.checkout_session_id, i.product_id, i.quantity from public.orders o join public.order_items i
    on i.order_id = o.id
      except select c.checkout_session_id, c.product_id, c.quantity from public.checkout_items c)
     union all
     (select c.checkout_session_id, c.product_id, c.quantity from public.checkout_items c join public.orders o
       on o.checkout_session_id = c.checkout_session_id
      except select o.checkout_session_id, i.product_id, i.quantity from public.orders o join public.order_items i
        on i.order_id = o.id) $$,
  'every order has the items of its checkout, neither more nor fewer'
);
select is_empty(
  $$ select r.id from public.stock_reservations r join public.orders o on o.checkout_session_id = r.checkout_session_id
  where r.status = 'held' $$,
  'no order leaves stock only reserved'
);
select results_eq(
  $$ select p.sku, p.stock + (select coalesce(sum(r.quantity), 0)::integer from public.stock_reservations r
    where r.product_id = p.id and r.status <> 'released')
     from public.products p where p.sku in ('chair', 'lamp') order by 1 $$,
  $$ values ('chair', 10), ('lamp', 3) $$, 'available, reserved and sold add up to the initial stock'
);

select * from finish();
rollback;
