create function commerce.follow_payment(payment public.payments, checkout public.checkout_sessions) returns void
language plpgsql
set search_path = ''
as $$
begin
  if checkout.id is null then
    return;
  end if;
  if payment.captured_at is not null and not payment.needs_review and payment.reviewed_at is null and payment.status <> 'refunded'
    and not exists (select 1 from public.orders o where o.payment_id = payment.id) then
    perform commerce.make_order(payment, checkout);
  else
    perform commerce.refresh_checkout(checkout.id);
  end if;
end
$$;
comment on function commerce.follow_payment(public.payments, public.checkout_sessions) is
  'What a payment means for its checkout: the order, once its money is ours and need not be reviewed; else how it stands. The caller holds the rows of both.';
