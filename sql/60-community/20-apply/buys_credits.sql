create function community.buys_credits(payment public.payments) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return payment.credits is not null and exists (
    select 1 from public.credit_packs k
    where k.provider = payment.provider
      and k.provider_ref = payment.credit_pack_ref
      and k.currency = payment.currency
      and k.credits = payment.credits
      and payment.amount_minor >= k.price_minor
  );
end
$$;
comment on function community.buys_credits(public.payments) is
  'Whether a payment that names credits paid for them: its pack is in public.credit_packs with the same number of '
  'credits, in its currency, for no more than was paid. The payment''s own metadata proves nothing.';
