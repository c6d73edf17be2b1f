create function commerce.subtotal(checkout public.checkout_sessions) returns bigint
language plpgsql immutable
set search_path = ''
as $$
begin
  return checkout.total_minor + checkout.discount_minor - checkout.shipping_minor
    - case when checkout.tax_included then 0 else checkout.tax_minor end;
end
$$;
comment on function commerce.subtotal(public.checkout_sessions) is
  'What the items of a checkout cost, in minor units, before discount, shipping and tax.';
