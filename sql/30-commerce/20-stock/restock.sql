create function commerce.restock(order_id uuid, items jsonb default null, note text default null) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_item record;
  v_count integer := 0;
begin
  perform commerce.lock_payment(o.payment_id) from public.orders o where o.id = restock.order_id;
  perform 1 from public.orders o where o.id = restock.order_id for no key update;
  if not found then
    raise exception 'there is no order %', restock.order_id using errcode = 'P0002',
      hint = 'Pass the id of the order, not its number.';
  end if;
  for v_item in
    select i.sku, i.id, i.product_id, r.status, i.quantity - i.restocked as left_over,
      case when restock.items is null then i.quantity - i.restocked else g.quantity end as quantity
    from (select x ->> 'sku' as sku, sum((x ->> 'quantity')::integer) as quantity
      from jsonb_array_elements(restock.items) x group by 1) g
    full join (
      select oi.*, o.checkout_session_id
      from public.order_items oi join public.orders o on o.id = oi.order_id
      where oi.order_id = restock.order_id and oi.kind = 'goods'
    ) i on i.sku = g.sku
    left join public.stock_reservations r on r.checkout_session_id = i.checkout_session_id
      and r.product_id = i.product_id
    where restock.items is null or g.sku is not null
    order by i.product_id
  loop
    if v_item.id is null or v_item.quantity is null or v_item.quantity not between 0 and v_item.left_over then
      raise exception 'order % has no such goods to restock', restock.order_id
        using errcode = '22023', hint
        = 'Pass items as [{"sku": "…", "quantity": 1}], no more than were sold and not restocked yet; or none for all.';
    end if;
    -- Goods that were missing when they were paid were never subtracted from the stock.
    if v_item.quantity > 0 and v_item.status = 'taken' then
      perform commerce.move_stock(v_item.product_id, v_item.quantity::integer, 'restocked',
        order_id => restock.order_id, note => restock.note);
      update public.order_items i set restocked = i.restocked + v_item.quantity where i.id = v_item.id;
      v_count := v_count + v_item.quantity;
    end if;
  end loop;
  return v_count;
end
$$;
comment on function commerce.restock(uuid, jsonb, text) is
  'Puts goods of an order back on sale: select commerce.restock(''<order id>'', ''[{"sku": "mug", "quantity": 1}]'', '
  '''came back whole''). Without items: all that were not yet. Returns how many. Raises 22023 for more than were sold.';
