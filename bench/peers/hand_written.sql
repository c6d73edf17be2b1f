-- What someone would write by hand for a paid checkout, on our tables with their indexes and foreign keys. Our triggers
-- are dropped in this database. No rules: nothing is checked but that the checkout is open and the amount is right.
create schema hand_written;

-- One event, statement by statement, in one call.
create function hand_written.pay(
  event_id text, event_type text, body text, occurred_at timestamptz, payment_ref text, checkout uuid, amount bigint,
  currency text, email text
) returns boolean
language plpgsql
as $$
declare
  v_event uuid;
  v_checkout public.checkout_sessions;
  v_payment public.payments;
  v_order public.orders;
  v_items jsonb;
begin
  insert into inbox.events (provider, provider_event_id, type, status, trust, occurred_at, applied_at, body)
  values ('stripe', pay.event_id, pay.event_type, 'applied', 'signed', pay.occurred_at, now(), pay.body)
  on conflict (provider, provider_event_id) do nothing
  returning id into v_event;
  if v_event is null then
    return false; -- a duplicate
  end if;
  select * into v_checkout from public.checkout_sessions s where s.id = pay.checkout and s.status = 'open' for update;
  if v_checkout.total_minor is distinct from pay.amount or v_checkout.currency <> pay.currency then
    raise exception 'checkout % cannot be paid with % %', pay.checkout, pay.amount, pay.currency;
  end if;
  insert into public.payments (provider, provider_ref, checkout_session_id, user_id, status, amount_minor, currency,
    email, captured_at)
  values ('stripe', pay.payment_ref, v_checkout.id, v_checkout.user_id, 'captured', pay.amount, pay.currency,
    pay.email, pay.occurred_at)
  returning * into v_payment;
  update public.checkout_sessions set status = 'payment_completed', completed_at = now() where id = v_checkout.id;
  update public.stock_reservations set status = 'taken' where checkout_session_id = v_checkout.id;
  insert into public.orders (payment_id, checkout_session_id, user_id, email, status, total_minor, currency)
  values (v_payment.id, v_checkout.id, v_checkout.user_id, v_checkout.email, 'confirmed', pay.amount, pay.currency)
  returning * into v_order;
  with items as (
    insert into public.order_items (order_id, product_id, quantity, sku, name, unit_price_minor, kind)
    select v_order.id, i.product_id, i.quantity, i.sku, i.name, i.unit_price_minor, i.kind
    from public.checkout_items i where i.checkout_session_id = v_checkout.id
    returning sku, name, quantity, unit_price_minor
  )
  select jsonb_agg(to_jsonb(items)) into v_items from items;
  insert into public.fulfillments (order_id) values (v_order.id);
  perform hand_written.tell(v_event, to_jsonb(v_payment), to_jsonb(v_order), v_items);
  perform realtime.send(jsonb_build_object('record', to_jsonb(r.row), 'operation', 'INSERT', 'table', r.name,
    'schema', 'public', 'old_record', null), 'INSERT', 'user:' || v_checkout.user_id)
  from (values ('payments', to_jsonb(v_payment)), ('orders', to_jsonb(v_order))) as r (name, row);
  return true;
end
$$;

-- The two messages with their three deliveries, as one statement.
create function hand_written.tell(event uuid, payment jsonb, orders jsonb, items jsonb) returns void
language sql
begin atomic
  with told as (
    select gen_random_uuid() as id, m.*
    from (values
      ('payment.captured', 'payments/' || (payment ->> 'id'), payment, array['make']),
      ('order.created', 'orders/' || (orders ->> 'id'), orders || jsonb_build_object('items', items),
        array['make', 'railway'])
    ) as m (type, key, data, destinations)
  ), messages as (
    insert into outbox.messages (id, type, record_key, payload, event_id)
    select t.id, t.type, t.key, jsonb_build_object('type', t.type, 'timestamp', now(), 'data', t.data)::text, event
    from told t
  )
  insert into outbox.deliveries (message_id, destination, record_key, priority)
  select t.id, d.name, t.key, 0 from told t, unnest(t.destinations) as d (name);
end;

-- The ceiling: many events of paid checkouts, each of its rows written by one statement over all of them.
create function hand_written.pay_all(events jsonb)
returns table (id uuid, status inbox.event_status, duplicate boolean, error text)
language plpgsql
set plan_cache_mode = force_generic_plan
as $$
declare
  v_events uuid[] := array(select gen_random_uuid() from jsonb_array_elements(pay_all.events));
  v_payments uuid[] := array(select gen_random_uuid() from unnest(v_events));
  v_orders uuid[] := array(select gen_random_uuid() from unnest(v_events));
  v_checkouts uuid[];
begin
  with given as (
    select g.*
    from rows from (
      jsonb_to_recordset(pay_all.events) as (provider text, provider_event_id text, type text,
        occurred_at timestamptz, body text, headers jsonb, facts jsonb)
    ) with ordinality as g (provider, provider_event_id, type, occurred_at, body, headers, facts, n)
  ), stored as (
    insert into inbox.events (id, provider, provider_event_id, type, status, trust, occurred_at, applied_at, body,
      headers, facts)
    select v_events[g.n], g.provider, g.provider_event_id, g.type, 'applied', 'signed', g.occurred_at, now(), g.body,
      g.headers, g.facts
    from given g
  ), facts as materialized (
    select g.n, g.provider, g.facts -> 0 as fact from given g
  ), locked as materialized (
    select f.n, f.provider, f.fact, s.*
    from facts f
    cross join lateral (
      select s.* from public.checkout_sessions s where s.id = (f.fact ->> 'checkout_session_id')::uuid for update
    ) s
  ), paid as (
    insert into public.payments (id, provider, provider_ref, checkout_session_id, user_id, status, amount_minor,
      currency, email, captured_at)
    select v_payments[l.n], l.provider, l.fact ->> 'provider_ref', l.id, l.user_id, 'captured',
      (l.fact ->> 'amount_minor')::bigint, l.fact ->> 'currency', l.fact ->> 'email',
      (l.fact ->> 'occurred_at')::timestamptz
    from locked l
    returning payments.*
  ), ordered as (
    insert into public.orders (id, payment_id, checkout_session_id, user_id, email, status, total_minor, currency)
    select v_orders[l.n], v_payments[l.n], l.id, l.user_id, l.email, 'confirmed', l.total_minor, l.currency
    from locked l
    returning orders.*
  ), items as (
    insert into public.order_items (order_id, product_id, quantity, sku, name, unit_price_minor, kind)
    select v_orders[l.n], i.product_id, i.quantity, i.sku, i.name, i.unit_price_minor, i.kind
    from locked l
    cross join lateral (select i.* from public.checkout_items i where i.checkout_session_id = l.id offset 0) i
    returning order_items.order_id, order_items.sku, order_items.name, order_items.quantity,
      order_items.unit_price_minor
  ), parcels as (
    insert into public.fulfillments (order_id) select o.id from ordered o
  ), told as materialized (
    select gen_random_uuid() as id, m.*
    from (
      select 'payment.captured' as type, 'payments' as name, p.id as record, p.user_id, to_jsonb(p) as row,
        '{}'::jsonb as details, array['make'] as destinations, array_position(v_payments, p.id) as n
      from paid p
      union all
      select 'order.created', 'orders', o.id, o.user_id, to_jsonb(o), jsonb_build_object('items', (
          select jsonb_agg(to_jsonb(i) - 'order_id') from items i where i.order_id = o.id
        )), array['make', 'railway'], array_position(v_orders, o.id)
      from ordered o
    ) m
  ), messages as (
    insert into outbox.messages (id, type, record_key, payload, event_id)
    select t.id, t.type, t.name || '/' || t.record,
      jsonb_build_object('type', t.type, 'timestamp', now(), 'data', t.row || t.details)::text, v_events[t.n]
    from told t
  ), deliveries as (
    insert into outbox.deliveries (message_id, destination, record_key, priority)
    select t.id, d.name, t.name || '/' || t.record, 0 from told t, unnest(t.destinations) as d (name)
  ), broadcasts as (
    insert into realtime.messages (id, payload, event, topic, private, extension)
    select t.id, jsonb_build_object('record', t.row, 'operation', 'INSERT', 'table', t.name, 'schema', 'public',
      'old_record', null, 'id', t.id), 'INSERT', 'user:' || t.user_id, true, 'broadcast'
    from told t
  )
  select array_agg(l.id) into v_checkouts from locked l;
  update public.checkout_sessions s set status = 'payment_completed', completed_at = now()
  where s.id = any (v_checkouts);
  update public.stock_reservations r set status = 'taken' where r.checkout_session_id = any (v_checkouts);
  return query select e, 'applied'::inbox.event_status, false, null::text from unnest(v_events) as e;
end
$$;
