create function commerce.is_explained(payment public.payments, checkout public.checkout_sessions) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_added record;
begin
  select a.* into v_added from commerce.provider_adjustments(payment, checkout) a;
  return payment.currency = checkout.currency and payment.subtotal_minor >= commerce.subtotal(checkout)
    and least(v_added.tax_minor, v_added.shipping_minor, v_added.discount_minor) >= 0
    and v_added.shipping_minor <= payment.shipping_minor
    -- Tax may be contained in the prices, in whole or in part.
    and payment.amount_minor - (checkout.total_minor - v_added.discount_minor + v_added.shipping_minor) between 0
      and v_added.tax_minor;
end
$$;
comment on function commerce.is_explained(public.payments, public.checkout_sessions) is
  'Whether a payment''s amount differs from its checkout only by tax, shipping and discount that the provider '
  'calculated. Null where the provider gives no breakdown of its total.';
