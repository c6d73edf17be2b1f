create function commerce.is_explained(payment public.payments, checkout public.checkout_sessions) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return payment.currency = checkout.currency and payment.subtotal_minor = checkout.total_minor
    -- Tax may be contained in the prices, in whole or in part.
    and payment.amount_minor - (payment.subtotal_minor - payment.discount_minor + payment.shipping_minor) between 0
      and payment.tax_minor;
end
$$;
comment on function commerce.is_explained(public.payments, public.checkout_sessions) is
  'Whether a payment''s amount differs from its checkout only by tax, shipping and discount that the provider '
  'calculated. Null where the provider gives no breakdown of its total.';
