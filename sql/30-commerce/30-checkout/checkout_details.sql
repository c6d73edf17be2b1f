create function commerce.checkout_details(checkout_session_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', s.id, 'email', s.email, 'total_minor', s.total_minor, 'currency', s.currency,
      'subtotal_minor', commerce.subtotal(s), 'discount_minor', s.discount_minor, 'discount_code', s.discount_code,
      'shipping_minor', s.shipping_minor, 'tax_minor', s.tax_minor, 'tax_included', s.tax_included,
      'expires_at', ops.iso_utc(s.expires_at),
      'delivery', jsonb_build_object(
        'name', s.shipping_name, 'countries', to_jsonb(s.shipping_countries), 'address', s.shipping_address,
        'recipient_name', s.recipient_name, 'recipient_phone', s.recipient_phone
      ),
      'provider_tax', s.provider_tax,
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
  'What a provider sees of a checkout; delivery: what is sent where, and the countries that the provider''s page may '
  'offer (null: it need not ask). The buyer''s answer is the same without email, delivery and provider_tax.';
