create function commerce.accept_payment(payment_id uuid, reason text default null) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_checkout public.checkout_sessions;
  v_order uuid;
begin
  v_payment := commerce.lock_payment(accept_payment.payment_id);
  if v_payment.needs_review is distinct from true
    -- A part may be accepted too when its other parts never arrive.
    and (v_payment.part_of is null or v_payment.captured_at is null or v_payment.status = 'refunded'
      or v_payment.reviewed_at is not null) then
    raise exception 'payment % does not need review', accept_payment.payment_id
      using hint = 'select * from public.payments where needs_review';
  end if;
  select s.* into v_checkout from public.checkout_sessions s
    where s.id = v_payment.checkout_session_id for no key update;
  if v_checkout.id is null or v_checkout.status = 'payment_completed' then
    raise exception 'payment % has no checkout that could become an order', accept_payment.payment_id
      using
      hint
        =
        'Refund it at the provider; the refund''s webhook then closes it here. Or commerce.close_review, when it is to '
        'be kept.';
  end if;
  perform ops.decide('commerce.accept_payment', v_payment.id::text,
    coalesce(accept_payment.reason, 'no reason given'));
  update public.payments p set needs_review = false, review_reason = null, reviewed_at = now()
    where p.id = v_payment.id;
  v_order := commerce.make_order(v_payment, v_checkout);
  perform commerce.review_parts(v_payment, v_checkout);
  return v_order;
end
$$;
comment on function commerce.accept_payment(uuid, text) is
  'An admin accepts a payment of a different amount or currency, or a part when its other parts do not arrive: its '
  'order is made. Returns the order''s id. reason: why, kept in ops.decisions; it may be left out, and raises 22023 '
  'when it is blank or a remedy''s <why>.';
