create function commerce.provider_adjustments(
  payment public.payments, checkout public.checkout_sessions,
  out tax_minor bigint, out shipping_minor bigint, out discount_minor bigint
)
language plpgsql immutable
set search_path = ''
as $$
begin
  -- Our own shipping and tax may be lines of the provider's among the items, or named for what they are.
  tax_minor := payment.tax_minor - case when payment.tax_minor >= checkout.tax_minor then checkout.tax_minor else 0 end;
  shipping_minor := payment.subtotal_minor + payment.shipping_minor
    - commerce.subtotal(checkout) - checkout.shipping_minor
    - case when checkout.tax_included or payment.tax_minor >= checkout.tax_minor then 0 else checkout.tax_minor end;
  discount_minor := payment.discount_minor - checkout.discount_minor;
end
$$;
comment on function commerce.provider_adjustments(public.payments, public.checkout_sessions) is
  'What a provider''s breakdown of its total has beyond the checkout''s own tax, shipping and discount, in minor '
  'units. Null where it gives none.';
