create function commerce.sync_order(payment public.payments) returns void
language plpgsql
set search_path = ''
as $$
begin
  if payment.subtotal_minor is null then
    return;
  end if;
  update public.orders o
  set tax_minor = payment.tax_minor, shipping_minor = payment.shipping_minor, discount_minor = payment.discount_minor
  from public.checkout_sessions s
  where o.payment_id = payment.id and s.id = o.checkout_session_id and commerce.is_explained(payment, s)
    and o.total_minor = payment.amount_minor
    and (o.tax_minor, o.shipping_minor, o.discount_minor) is distinct from
      (payment.tax_minor, payment.shipping_minor, payment.discount_minor);
end
$$;
comment on function commerce.sync_order(public.payments) is
  'Copies into an order what its provider reported later about its total: tax that the prices contain, for example.';
