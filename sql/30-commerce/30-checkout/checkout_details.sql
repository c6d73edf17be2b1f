create function commerce.checkout_details(checkout_session_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', s.id, 'email', s.email, 'total_minor', s.total_minor, 'currency', s.currency, 'expires_at',
      ops.iso_utc(s.expires_at),
      'items', (
        select jsonb_agg(
          jsonb_build_object('sku', i.sku, 'name', i.name, 'quantity', i.quantity, 'unit_price_minor',
            i.unit_price_minor, 'starts_at', ops.iso_utc(i.starts_at))
          order by i.sku, i.starts_at
        )
        from public.checkout_items i where i.checkout_session_id = s.id
      )
    )
    from public.checkout_sessions s
    where s.id = checkout_details.checkout_session_id
  );
end
$$;
comment on function commerce.checkout_details(uuid) is
  'What a provider and the buyer see of a checkout: {id, email, total_minor, currency, expires_at, items}.';
