create function commerce.refresh_payments(payments uuid[]) returns void
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_new public.payments[];
  v_refunded bigint[];
  v_status public.payment_status[];
  v_checkouts public.checkout_sessions[];
  v public.payments;
  v_orders record;
  v_packs uuid[];
  v_restocked uuid[];
begin
  select array_agg(p.row order by g.place), array_agg(r.refunded order by g.place),
    array_agg(case
      when r.refunded > 0 and r.refunded >= (p.row).amount_minor then 'refunded'
      when exists (
        select 1 from public.disputes d
        where d.payment_id = g.id and d.status in ('needs_response', 'under_review', 'lost')
      ) then 'disputed'
      when r.refunded > 0 then 'partially_refunded'
      else 'captured'
    end::public.payment_status order by g.place)
  into v_new, v_refunded, v_status
  from unnest(payments) with ordinality as g (id, place)
  cross join lateral (select p as row from public.payments p where p.id = g.id offset 0) p
  cross join lateral (
    select commerce.total_refunded(
      (p.row).amount_minor,
      (sum(r.amount_minor) filter (where r.status = 'succeeded'))::bigint,
      (sum(r.amount_minor) filter (where r.status in ('failed', 'cancelled')))::bigint,
      (p.row).reported_refunded_minor
    ) as refunded
    from public.refunds r
    where r.payment_id = g.id and r.currency = (p.row).currency
  ) r;
  if v_new is null then
    return;
  end if;
  select array_agg(s.row order by n.place) into v_checkouts
  from (
    select n.checkout_session_id as id, n.ordinality as place from unnest(v_new) with ordinality as n
    order by n.checkout_session_id
  ) as n
  left join lateral (
    select s as row from public.checkout_sessions s where s.id = n.id for no key update
  ) s on true;

  for i in 1 .. cardinality(v_new) loop
    v := v_new[i];
    v.refunded_minor := v_refunded[i];
    v.status := v_status[i];
    v.review_reason := commerce.review_reason(v, v_checkouts[i]);
    v.needs_review := v.review_reason is not null;
    v_new[i] := v;
  end loop;
  update public.payments p
  set refunded_minor = n.refunded_minor, status = n.status, needs_review = n.needs_review,
    review_reason = n.review_reason
  from unnest(v_new) as n
  where p.id = n.id
    and (p.refunded_minor, p.status, p.review_reason) is distinct from (n.refunded_minor, n.status, n.review_reason);

  v_packs := array(
    select o.payment_id from public.orders o
    where o.payment_id = any (payments)
      and exists (select 1 from public.order_items i where i.order_id = o.id and i.kind = 'credit_pack')
  );
  for i in 1 .. cardinality(v_new) loop
    continue when v_new[i].credits is null and v_new[i].id <> all (v_packs);
    perform inbox.set_cause(v_new[i].id);
    perform community.settle_credits(v_new[i]);
  end loop;
  -- One may have been refunded before its checkout was known: when that refund fails, its order must still be made.
  perform commerce.follow_payments(v_new, v_checkouts);

  select array_agg(o.id) as ids, array_agg(o.status) as before, array_agg(o.place) as places,
    array_agg(case
      when v_new[o.place].status = 'refunded' and (v_new[o.place].part_of is null or not exists (
        select 1 from commerce.parts_of(v_new[o.place]) r where r.status <> 'refunded'
      )) then 'refunded'
      when o.attention_reason is not null then 'needs_attention'
      else 'confirmed'
    end::public.order_status) as after
  into v_orders
  from (
    select o.*, n.place
    from (
      select commerce.order_of(v_new[n.place]) as id, n.place from generate_series(1, cardinality(v_new)) as n (place)
    ) as n
    join public.orders o on o.id = n.id
    order by o.id
    for no key update of o
  ) o;
  update public.orders o set status = c.status
  from unnest(v_orders.ids, v_orders.after) as c (id, status)
  where o.id = c.id and o.status <> c.status;
  for i in 1 .. coalesce(cardinality(v_orders.ids), 0) loop
    continue when v_orders.before[i] = v_orders.after[i]
      or 'refunded' not in (v_orders.before[i], v_orders.after[i]);
    v := v_new[v_orders.places[i]];
    perform inbox.set_cause(v.id);
    perform commerce.settle_services(v_orders.ids[i], v_orders.after[i] = 'refunded');
    perform community.settle_credits(m)
    from public.orders o join public.payments m on m.id = o.payment_id
    where o.id = v_orders.ids[i] and m.id <> v.id;
  end loop;

  v_restocked := array(
    select q.payment_id from public.refund_requests q
    where q.payment_id = any (payments) and q.restock and q.status = 'sent'
  );
  for i in 1 .. cardinality(v_new) loop
    continue when v_new[i].part_of is null and v_new[i].id <> all (v_restocked);
    perform inbox.set_cause(v_new[i].id);
    perform commerce.settle_restock(v_new[i]);
  end loop;
end
$$;
comment on function commerce.refresh_payments(uuid[]) is
  'Recomputes the status of captured payments and their orders, from their refunds and disputes. No two are about one '
  'checkout or one whole of several payments. The caller holds the payments'' rows.';
