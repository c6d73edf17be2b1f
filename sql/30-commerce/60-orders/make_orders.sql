create function commerce.make_orders(payments public.payments[], checkouts public.checkout_sessions[])
  returns uuid[]
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_checkouts uuid[];
  v_orders uuid[];
  v_attention text[];
  v_services uuid[];
  v_order uuid;
  v_trouble text;
begin
  -- A seat or an hour that is taken again after its release: what another checkout of these holds must count, and does
  -- not between the taking of all and the services of each.
  if cardinality(checkouts) > 1 and exists (
    select 1 from public.stock_reservations r
    where r.checkout_session_id in (select c.id from unnest(checkouts) c) and r.status = 'released'
      and (r.cohort_id is not null or r.tutor_email is not null)
  ) then
    for i in 1 .. cardinality(checkouts) loop
      v_orders := v_orders || commerce.make_orders(payments[i:i], checkouts[i:i]);
    end loop;
    return v_orders;
  end if;
  for i in 1 .. cardinality(checkouts) loop
    v_checkouts[i] := checkouts[i].id;
    v_orders[i] := ops.uuid7();
  end loop;
  if current_setting('signalbox.event_ids', true) <> '' then
    perform inbox.add_causes(v_orders, v_checkouts);
  end if;
  update public.checkout_sessions s set status = 'payment_completed', completed_at = now()
  where s.id = any (v_checkouts);
  v_attention := commerce.take_stocks(v_checkouts);
  for i in 1 .. cardinality(checkouts) loop
    v_attention[i] := nullif(concat_ws(' ', v_attention[i],
      case when checkouts[i].discount_code is not null then commerce.move_discount(v_checkouts[i], 'taken') end,
      commerce.recipient_trouble(checkouts[i])), '');
  end loop;

  -- One statement, so that the orders' messages already see their items.
  with given as materialized (
    select o.*, coalesce(a.tax_minor, 0) as added_tax, coalesce(a.shipping_minor, 0) as added_shipping,
      coalesce(a.discount_minor, 0) as added_discount
    from (
      select o.id, o.attention, payments[o.place] as payment, checkouts[o.place] as checkout,
        coalesce(commerce.is_explained(payments[o.place], checkouts[o.place]), false) as explained
      from unnest(v_orders, v_attention) with ordinality as o (id, attention, place)
    ) o
    left join lateral commerce.provider_adjustments(o.payment, o.checkout) a on o.explained
  ), made as (
    insert into public.orders (
      id, payment_id, checkout_session_id, user_id, email, status, total_minor, tax_minor, shipping_minor,
      discount_minor, discount_code, currency, shipping_address, recipient_name, recipient_phone, attention_reason
    )
    select g.id, (g.payment).id, (g.checkout).id, (g.checkout).user_id, (g.checkout).email,
      case when g.attention is null then 'confirmed' else 'needs_attention' end::public.order_status,
      case when g.explained then (g.payment).amount_minor else (g.checkout).total_minor end,
      (g.checkout).tax_minor + g.added_tax, (g.checkout).shipping_minor + g.added_shipping,
      (g.checkout).discount_minor + g.added_discount, (g.checkout).discount_code, (g.checkout).currency,
      (g.checkout).shipping_address, (g.checkout).recipient_name, (g.checkout).recipient_phone, g.attention
    from given g
  ), items as (
    insert into public.order_items (order_id, product_id, quantity, sku, name, unit_price_minor, kind, cohort_id,
      credits, starts_at, ships, discount_minor)
    select g.id, i.product_id, i.quantity, i.sku, i.name, i.unit_price_minor, i.kind, i.cohort_id, i.credits,
      i.starts_at, i.ships, i.discount_minor
    from given g
    -- offset 0: one look into the index for each, however small the table was when this was planned.
    cross join lateral (
      select i.* from public.checkout_items i where i.checkout_session_id = (g.checkout).id offset 0
    ) i
    returning order_items.order_id, order_items.kind, order_items.ships
  ), parcels as (
    insert into public.fulfillments (order_id, shipping_address, recipient_name, recipient_phone)
    select g.id, (g.checkout).shipping_address, (g.checkout).recipient_name, (g.checkout).recipient_phone
    from given g
    where exists (select 1 from items where items.order_id = g.id and items.kind = 'goods' and items.ships)
  )
  select array_agg(distinct items.order_id) into v_services from items where items.kind <> 'goods';
  if v_services is not null then
    foreach v_order in array v_services loop
      perform inbox.set_cause(v_order);
      v_trouble := commerce.fulfil_services(v_order);
      update public.orders o set status = 'needs_attention', attention_reason = concat_ws(' ', o.attention_reason,
        v_trouble)
      where o.id = v_order and v_trouble is not null;
    end loop;
  end if;
  return v_orders;
end
$$;
comment on function commerce.make_orders(public.payments[], public.checkout_sessions[]) is
  'Captured payments make their orders, one each: the checkouts are completed, the reserved stock taken, and each item '
  'fulfilled by its kind. When stock is missing the order needs_attention. payments and checkouts are of one length, '
  'each checkout there once; the caller holds the rows of all. Returns the orders'' ids.';
