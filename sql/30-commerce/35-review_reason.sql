create function commerce.review_reason(payment public.payments, checkout public.checkout_sessions, named_checkout uuid) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_other record;
begin
  if payment.captured_at is null then
    return null;
  end if;
  if checkout.id is null then
    if exists (
      select 1 from public.membership_invoices i where i.provider = payment.provider and i.payment_ref = payment.provider_ref
    ) then
      return null; -- it paid a membership's bill, not a checkout
    end if;
    if named_checkout is null then
      return 'It names no checkout session. Find out what it is for; refund it at the provider if nothing.';
    end if;
    return format('It names checkout session %s, which does not exist. Find out what it is for; refund it at the provider if nothing.', named_checkout);
  end if;
  select o.number, o.payment_id into v_other from public.orders o where o.checkout_session_id = checkout.id and o.payment_id <> payment.id;
  if found then
    return format('Its checkout was already paid by another payment (order %s). Refund one of the two at the provider.', v_other.number);
  end if;
  if payment.currency <> checkout.currency or payment.amount_minor <> checkout.total_minor then
    return format(
      'Captured %s %s (minor units), but the checkout asks for %s %s. commerce.accept_payment fulfils it all the same; or refund it at the provider.',
      payment.amount_minor, payment.currency, checkout.total_minor, checkout.currency
    );
  end if;
  return null;
end
$$;
comment on function commerce.review_reason(public.payments, public.checkout_sessions, uuid) is
  'Why a captured payment may not be fulfilled without a person, in words; null when it may.';
