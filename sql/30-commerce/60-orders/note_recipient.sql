create function commerce.note_recipient(checkout public.checkout_sessions, recipient jsonb)
  returns public.checkout_sessions
language plpgsql
set search_path = ''
as $$
declare
  v public.checkout_sessions := checkout;
  v_trouble text;
begin
  -- An address of the storefront's stands.
  if jsonb_typeof(recipient) is distinct from 'object' or checkout.shipping_countries is null then
    return checkout;
  end if;
  -- Of two that differ always the same one wins, in whatever order they arrive.
  if (recipient -> 'address')::text is not null and jsonb_typeof(recipient -> 'address') = 'object'
    and ((recipient -> 'address')::text, coalesce(recipient ->> 'name', ''))
      > (coalesce(v.shipping_address::text, ''), coalesce(v.recipient_name, '')) then
    v.shipping_address := recipient -> 'address';
    v.recipient_name := recipient ->> 'name';
  end if;
  v.recipient_phone := greatest(v.recipient_phone, recipient ->> 'phone');
  if (v.shipping_address, v.recipient_name, v.recipient_phone) is not distinct from
    (checkout.shipping_address, checkout.recipient_name, checkout.recipient_phone) then
    return checkout;
  end if;

  update public.checkout_sessions s
  set shipping_address = v.shipping_address, recipient_name = v.recipient_name, recipient_phone = v.recipient_phone
  where s.id = v.id;
  v_trouble := commerce.recipient_trouble(v);
  update public.orders o
  set shipping_address = v.shipping_address, recipient_name = v.recipient_name, recipient_phone = v.recipient_phone,
    status = case when v_trouble is not null and o.status = 'confirmed' then 'needs_attention' else o.status end,
    attention_reason = nullif(concat_ws(' ', o.attention_reason, v_trouble), '')
  where o.checkout_session_id = v.id;
  update public.fulfillments f
  set shipping_address = v.shipping_address, recipient_name = v.recipient_name, recipient_phone = v.recipient_phone
  from public.orders o
  where o.checkout_session_id = v.id and f.order_id = o.id and f.status in ('pending', 'packed');
  return v;
end
$$;
comment on function commerce.note_recipient(public.checkout_sessions, jsonb) is
  'A provider''s page asked the buyer for the address ({address, name, phone}): keeps it in the checkout, and in its '
  'order and parcel if they are made. Returns the checkout. The caller holds its row.';
