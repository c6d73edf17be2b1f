create function commerce.settle_order(order_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.orders o set attention_reason = null, status = case when o.status = 'needs_attention' then 'confirmed' else o.status end
  where o.id = settle_order.order_id and o.attention_reason is not null;
  if not found then
    raise exception 'order % does not need attention', settle_order.order_id using hint = 'select * from public.orders where status = ''needs_attention''';
  end if;
end
$$;
comment on function commerce.settle_order(uuid) is 'A person has settled what an order needed attention for (stock found, or the buyer told): select commerce.settle_order(''<id>'').';
