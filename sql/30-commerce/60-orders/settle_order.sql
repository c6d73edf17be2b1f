create function commerce.settle_order(order_id uuid, without_stock boolean default false, reason text default null)
  returns void
language plpgsql
set search_path = ''
as $$
declare
  v_order public.orders;
  v_missing text;
begin
  perform commerce.lock_payment(o.payment_id) from public.orders o where o.id = settle_order.order_id;
  select o.* into v_order from public.orders o where o.id = settle_order.order_id
    and o.attention_reason is not null for no key update;
  if not found then
    raise exception 'order % does not need attention', settle_order.order_id
      using hint = 'select * from public.orders where status = ''needs_attention''';
  end if;
  update public.orders o
  set attention_reason = null, status = case when o.status = 'needs_attention' then 'confirmed' else o.status end
  where o.id = v_order.id;
  if v_order.status = 'refunded' then
    return;
  end if;

  perform commerce.settle_services(v_order.id, refunded => false);
  select o.attention_reason into v_missing from public.orders o where o.id = v_order.id;
  if v_missing is null then
    return;
  elsif not settle_order.without_stock then
    raise exception 'it still cannot be fulfilled: %', v_missing
      using
      hint
        =
        'Raise products.stock (a cohort''s capacity) first; or pass without_stock => true, and a reason, when the '
        'buyer was informed, or gets it another way.';
  end if;
  perform ops.decide('commerce.settle_order', v_order.id::text,
    coalesce(settle_order.reason, 'no reason given'));
  update public.order_items i set settled_without_stock = true where i.order_id = v_order.id;
  update public.orders o set attention_reason = null, status = 'confirmed' where o.id = v_order.id;
end
$$;
comment on function commerce.settle_order(uuid, boolean, text) is
  'An admin has settled what an order needed attention for: select commerce.settle_order(''<id>''). Takes the stock '
  'and seats that became available meanwhile; without_stock: settled all the same, for a reason that is kept in '
  'ops.decisions; it may be left out, and raises 22023 when it is blank or a remedy''s <why>.';
