create function commerce.follow_payment(payment public.payments, checkout public.checkout_sessions) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_whole public.payments := payment;
begin
  if checkout.id is null then
    return;
  end if;
  if payment.captured_at is not null and not payment.needs_review and payment.reviewed_at is null
    and payment.status <> 'refunded'
    and commerce.order_of(payment) is null
    and (
      payment.part_of is null or commerce.is_explained(payment, checkout)
      or (payment.currency = checkout.currency and commerce.captured_in_parts(payment) = checkout.total_minor)
    ) then
    if payment.part_of is not null then
      -- The order names one of them, always the same.
      select p.* into v_whole from public.payments p
      where p.id = payment.id or p.id in (select o.id from commerce.parts_of(payment) o where o.status <> 'refunded')
      order by p.amount_minor desc, p.provider_ref
      limit 1;
    end if;
    perform commerce.make_order(v_whole, checkout);
  else
    perform commerce.sync_order(payment);
    perform commerce.refresh_checkout(checkout.id);
  end if;
  perform commerce.review_parts(payment, checkout);
end
$$;
comment on function commerce.follow_payment(public.payments, public.checkout_sessions) is
  'Updates a payment''s checkout: makes the order, once the payment is captured, needs no review and all its parts are '
  'here; else updates the status. The caller holds the rows of both.';
