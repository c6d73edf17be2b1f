create function commerce.unrestock(order_id uuid) returns text
language plpgsql
set search_path = ''
as $$
declare
  v_item record;
  v_missing text[] := '{}';
begin
  for v_item in
    select i.id, i.product_id, i.sku, i.restocked, o.checkout_session_id
    from public.order_items i
    join public.orders o on o.id = i.order_id
    join public.fulfillments f on f.order_id = o.id and f.cancelled_by_refund
    where i.order_id = unrestock.order_id and i.restocked > 0
    order by i.product_id
  loop
    if commerce.move_stock(v_item.product_id, -v_item.restocked, 'reserved', v_item.checkout_session_id,
      unrestock.order_id) then
      update public.order_items i set restocked = 0 where i.id = v_item.id;
    else
      v_missing := v_missing || format('%s × %s', v_item.restocked, v_item.sku);
    end if;
  end loop;
  if v_missing <> '{}' then
    return
      format('Its refund failed, and what was put back on sale was sold since: %s. Restock and settle, or refund it '
        'again.', array_to_string(v_missing, ', '));
  end if;
  return null;
end
$$;
comment on function commerce.unrestock(uuid) is
  'A refund failed before its goods were sent: what was put back on sale (commerce.restock) is sold again. Returns '
  'null, or a text about what is missing. Never makes stock negative.';
