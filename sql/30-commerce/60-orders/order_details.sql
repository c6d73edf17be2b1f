create function commerce.order_details(order_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'items',
      coalesce(
        jsonb_agg(jsonb_build_object('sku', i.sku, 'name', i.name, 'quantity', i.quantity, 'unit_price_minor',
          i.unit_price_minor, 'discount_minor', i.discount_minor) order by i.sku),
        '[]'
      )
    )
    from public.order_items i
    where i.order_id = order_details.order_id
  );
end
$$;
comment on function commerce.order_details(uuid) is
  'What a message about an order holds besides its row: the items, so that a receiver need not ask back.';
