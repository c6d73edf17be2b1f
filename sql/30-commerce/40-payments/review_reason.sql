create function commerce.review_reason(payment public.payments, checkout public.checkout_sessions) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_other bigint;
begin
  if payment.captured_at is null or payment.status = 'refunded' or payment.reviewed_at is not null
    or exists (select 1 from public.orders o where o.payment_id = payment.id) then
    return null;
  end if;
  if checkout.id is null then
    if payment.membership_ref is not null or payment.credits is not null or exists (
      select 1 from public.membership_invoices i where i.provider = payment.provider and i.payment_ref = payment.provider_ref
    ) then
      return null; -- it paid a membership's bill or credits, not a checkout
    end if;
    return 'It names no checkout session of ours. Find out what it is for, and refund it at the provider if nothing; or commerce.close_review.';
  end if;
  select o.number into v_other from public.orders o where o.checkout_session_id = checkout.id;
  if found then
    return format('Its checkout was already paid by another payment (order %s). Refund one of the two at the provider.', v_other);
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
comment on function commerce.review_reason(public.payments, public.checkout_sessions) is
  'Why a captured payment may not be fulfilled without a person, in words; null when it may, or when there is nothing to decide (any more).';
