create function commerce.sync_order(payment public.payments) returns void
language plpgsql
set search_path = ''
as $$
begin
  if payment.subtotal_minor is null then
    return;
  end if;
  update public.orders o
  set tax_minor = s.tax_minor + a.tax_minor, shipping_minor = s.shipping_minor + a.shipping_minor,
    discount_minor = s.discount_minor + a.discount_minor
  from public.checkout_sessions s, commerce.provider_adjustments(payment, s) a
  where o.payment_id = payment.id and s.id = o.checkout_session_id and commerce.is_explained(payment, s)
    and o.total_minor = payment.amount_minor
    and (o.tax_minor, o.shipping_minor, o.discount_minor) is distinct from
      (s.tax_minor + a.tax_minor, s.shipping_minor + a.shipping_minor, s.discount_minor + a.discount_minor);
end
$$;
comment on function commerce.sync_order(public.payments) is
  'Copies into an order what its provider reported later about its total: tax that the prices contain, for example.';
