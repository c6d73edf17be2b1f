create function commerce.fulfillment_details(fulfillment_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('order_number', o.number, 'email', o.email) || commerce.order_details(o.id)
    from public.fulfillments f join public.orders o on o.id = f.order_id
    where f.id = fulfillment_details.fulfillment_id
  );
end
$$;
comment on function commerce.fulfillment_details(uuid) is
  'What a message about a fulfillment holds besides its row: the recipient, the order, and its items.';
