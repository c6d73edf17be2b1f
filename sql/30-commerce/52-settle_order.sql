create function commerce.settle_order(order_id uuid, without_stock boolean default false) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_order public.orders;
  v_missing text;
begin
  select o.* into v_order from public.orders o where o.id = settle_order.order_id and o.attention_reason is not null for no key update;
  if not found then
    raise exception 'order % does not need attention', settle_order.order_id using hint = 'select * from public.orders where status = ''needs_attention''';
  end if;
  if v_order.status <> 'refunded' then
    v_missing := commerce.take_stock(v_order.checkout_session_id);
  end if;
  if v_missing is not null and not settle_order.without_stock then
    raise exception 'its stock is still missing: %', v_missing
      using hint = 'Raise products.stock first; or pass without_stock => true when the buyer was told, or gets it another way.';
  end if;
  update public.orders o
  set attention_reason = null, status = case when o.status = 'needs_attention' then 'confirmed' else o.status end
  where o.id = v_order.id;
end
$$;
comment on function commerce.settle_order(uuid, boolean) is
  'A person has settled what an order needed attention for: select commerce.settle_order(''<id>''). Takes the stock that was found meanwhile; without_stock: settled all the same.';
