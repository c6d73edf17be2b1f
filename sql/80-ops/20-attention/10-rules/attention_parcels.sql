create view ops.attention_parcels with (security_invoker = on) as
  select 'parcel without an address' as what, f.id::text as id, 'order ' || o.number as which,
    format(
      'The provider''s page was to ask where to send it, and no address arrived. The buyer%s paid %s and waits.',
      coalesce(' ' || o.email, ''), ops.money(o.total_minor, o.currency)
    ) as why,
    f.created_at + interval '10 minutes' as since,
    ops.remedy(
      'Enters the address that the buyer named when asked. Refused until each <…> is replaced.',
      'update public.fulfillments set recipient_name = ''<name>'', shipping_address = jsonb_build_object('
        '''line1'', ''<street>'', ''line2'', null, ''city'', ''<city>'', ''region'', null, ''postal_code'', '
        || format('''<code>'', ''country'', ''<DE>'') where id = %L', f.id),
      refund.does, refund.statement
    ) as remedy
  from public.fulfillments f
  join public.orders o on o.id = f.order_id
  join public.checkout_sessions s on s.id = o.checkout_session_id
  join public.payments p on p.id = o.payment_id
  cross join ops.refund_statement(p) refund
  -- Some providers report the address a moment after the money.
  where f.status in ('pending', 'packed') and f.shipping_address is null and s.shipping_countries is not null
    and f.created_at < now() - interval '10 minutes';
comment on view ops.attention_parcels is 'For ops.attention: parcels that go nowhere, for no address was told.';
