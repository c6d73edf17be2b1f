create function commerce.close_review(payment_id uuid, reason text default null) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
begin
  perform commerce.lock_payment(close_review.payment_id);
  update public.payments p set needs_review = false, review_reason = null, reviewed_at = now()
  where p.id = close_review.payment_id and p.needs_review
  returning p.* into v_payment;
  if not found then
    raise exception 'payment % does not need review', close_review.payment_id
      using hint = 'select * from public.payments where needs_review';
  end if;
  perform ops.decide('commerce.close_review', v_payment.id::text,
    coalesce(close_review.reason, 'no reason given'));
  perform commerce.refresh_checkout(v_payment.checkout_session_id);
end
$$;
comment on function commerce.close_review(uuid, text) is
  'An admin has reviewed a payment: its purpose is known, and there is nothing to fulfil here. It is kept, and not '
  'reviewed again. reason: why, kept in ops.decisions; it may be left out, and raises 22023 when it is blank or a '
  'remedy''s <why>.';
