create function commerce.forbidden_adjustments(payment public.payments, checkout public.checkout_sessions)
  returns public.payment_adjustment[]
language plpgsql stable
set search_path = ''
as $$
begin
  return array(
    select a.adjustment
    from commerce.provider_adjustments(payment, checkout) b
    cross join lateral (values
      ('tax'::public.payment_adjustment, b.tax_minor), ('shipping', b.shipping_minor), ('discount', b.discount_minor)
    ) a (adjustment, minor)
    cross join commerce.settings s
    where a.minor > 0 and not (a.adjustment = 'tax' and checkout.provider_tax) and exists (
      select 1 from public.checkout_items i join public.products p on p.id = i.product_id
      where i.checkout_session_id = checkout.id
        and a.adjustment <> all (coalesce(p.provider_adjustments, s.provider_adjustments))
    )
    order by 1
  );
end
$$;
comment on function commerce.forbidden_adjustments(public.payments, public.checkout_sessions) is
  'Which of tax, shipping and discount the provider changed in a checkout''s total although neither the shop''s '
  'settings nor its products allow it.';
