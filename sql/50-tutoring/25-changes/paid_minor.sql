create function tutoring.paid_minor(session public.tutoring_sessions) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    -- Its share of what was paid for the items, with tax and less discounts; not of the shipping of other items.
    select floor((o.total_minor - o.shipping_minor)::numeric * i.unit_price_minor * i.quantity
      / nullif((select sum(x.unit_price_minor * x.quantity) from public.order_items x where x.order_id = o.id), 0))
    from public.order_items i
    join public.orders o on o.id = i.order_id
    where i.id = session.order_item_id
  );
end
$$;
comment on function tutoring.paid_minor(public.tutoring_sessions) is
  'What was paid for a session, in minor units of its order''s currency: its share of the order. Null: it was free, or '
  'not bought here.';
