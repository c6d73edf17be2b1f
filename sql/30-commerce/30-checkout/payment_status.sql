create function commerce.payment_status(checkout_session_id uuid) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_checkout public.checkout_sessions;
  v_order public.orders;
  v_payment public.payments;
  v_state text;
  v_late boolean;
begin
  update public.checkout_sessions s set returned_at = now() where s.id = payment_status.checkout_session_id
    and s.returned_at is null;
  select s.* into v_checkout from public.checkout_sessions s where s.id = payment_status.checkout_session_id;
  select o.* into v_order from public.orders o where o.checkout_session_id = v_checkout.id;
  select p.* into v_payment from public.payments p where p.checkout_session_id = v_checkout.id
    order by p.needs_review desc, p.status desc, p.created_at limit 1;
  -- The webhook is expected within half a minute after the buyer returned.
  v_late := v_checkout.returned_at <= now() - interval '30 seconds';
  v_state := commerce.checkout_state(v_checkout);
  if v_state = 'open' then
    -- No event was received yet.
    v_state := case when v_late then 'unpaid' else 'processing' end;
  end if;
  return jsonb_build_object(
    'checkout_session_id', v_checkout.id, 'state', v_state, 'total_minor', v_checkout.total_minor, 'currency',
    v_checkout.currency,
    'expires_at', ops.iso_utc(v_checkout.expires_at), 'waited_ms',
    round(extract(epoch from now() - v_checkout.returned_at) * 1000),
    'late', v_late,
    'failure', case when v_state = 'failed' then v_payment.failure_message end,
    'order', case when v_order.id is not null then jsonb_build_object(
      'id', v_order.id, 'number', v_order.number, 'status', v_order.status, 'total_minor', v_order.total_minor,
      'currency', v_order.currency
    ) || commerce.order_details(v_order.id) end
  );
end
$$;
comment on function commerce.payment_status(uuid) is
  'The status of a checkout, for its buyer: state processing (ask again), paid, in_review, failed, cancelled, expired, '
  'unpaid (not paid, and payment is still possible) or refunded; waited_ms: ms since the buyer first asked; late: '
  'longer than a webhook takes (30 s). The caller has checked commerce.owns_checkout.';
