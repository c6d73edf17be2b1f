create function commerce.may_capture(approval_id uuid, out outcome text, out reason text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_approval public.payment_approvals;
  v_checkout public.checkout_sessions;
begin
  select a.* into v_approval from public.payment_approvals a where a.id = may_capture.approval_id;
  select s.* into v_checkout from public.checkout_sessions s where s.id = v_approval.checkout_session_id;
  if v_approval.id is null then
    outcome := 'refused';
    reason := format('There is no approval %s.', may_capture.approval_id);
  elsif v_checkout.id is null then
    outcome := 'refused';
    reason := 'It names no checkout session of ours, so we must not capture it. Left alone, the buyer is not charged.';
  elsif v_checkout.status = 'payment_completed' then
    outcome := 'cancelled';
    reason := 'Its checkout is paid: capturing this too would charge the buyer twice.';
  elsif exists (select 1 from public.payments p where p.checkout_session_id = v_checkout.id
    and p.captured_at is not null and p.status <> 'refunded') then
    outcome := 'cancelled';
    reason := 'A payment for its checkout was captured already, and is being reviewed.';
  elsif exists (
    select 1 from public.payments p
    where p.provider = v_approval.provider and p.provider_ref = v_approval.provider_ref and p.status = 'cancelled'
  ) then
    outcome := 'cancelled';
    reason := 'It was cancelled at the provider.';
  elsif exists (select 1 from public.payments p where p.checkout_session_id = v_checkout.id and p.status = 'pending')
    then
    outcome := 'retry';
    reason :=
      'Another payment for its checkout is pending and decides first. Capturing both might charge the buyer twice.';
  elsif v_checkout.status = 'expired' then
    outcome := 'cancelled';
    reason :=
      'Its checkout expired before it was approved, and its stock is on sale again. Left alone, the buyer is not '
      'charged.';
  elsif v_checkout.cancelled_at > v_approval.created_at then
    outcome := 'cancelled';
    reason := 'The buyer cancelled it. Left alone, the buyer is not charged.';
  elsif exists (
    select 1 from public.stock_reservations r
    where r.checkout_session_id = v_checkout.id and r.status = 'released' and commerce.available(r) < r.quantity
  ) then
    outcome := 'cancelled';
    reason := 'An item of the checkout was sold out since. Left alone, the buyer is not charged.';
  elsif (v_approval.amount_minor, v_approval.currency) <> (v_checkout.total_minor, v_checkout.currency) then
    outcome := 'refused';
    reason := format(
      '%s are approved, but the checkout asks for %s. Left alone, the buyer is not charged.',
      ops.money(v_approval.amount_minor, v_approval.currency), ops.money(v_checkout.total_minor, v_checkout.currency)
    );
  end if;
end
$$;
comment on function commerce.may_capture(uuid) is
  'Asked by the courier right before it captures an approved payment. outcome: null, it may; retry, ask again later; '
  'cancelled, there is nothing left to capture; refused, an admin should look at it. reason says why.';
