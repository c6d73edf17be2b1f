create function tutoring.refund_session(
  session public.tutoring_sessions, reason text,
  out refund public.tutoring_session_refund, out minor bigint, out currency text
)
language plpgsql
set search_path = ''
as $$
declare
  v_order public.orders;
  v_payment public.payments;
  v_left bigint := tutoring.paid_minor(session);
  v_part bigint;
begin
  refund := 'none';
  select o.* into v_order
  from public.order_items i join public.orders o on o.id = i.order_id where i.id = session.order_item_id;
  select least(v_left, sum(commerce.refundable(p.id))) into v_left from tutoring.payments_of(session) p;
  if v_left is null or v_left <= 0 then
    return;
  end if;
  minor := v_left;
  currency := v_order.currency;
  for v_payment in select p.* from tutoring.payments_of(session) p order by p.id loop
    v_part := least(v_left, commerce.refundable(v_payment.id));
    continue when v_part <= 0;
    if exists (select 1 from inbox.providers p where p.name = v_payment.provider and p.can_refund) then
      perform commerce.request_refund(v_payment.id, v_part, refund_session.reason, requested_by => 'tutoring');
      refund := case when refund = 'by_hand' then 'by_hand' else 'requested' end;
    else
      refund := 'by_hand';
      update public.orders o
      set status = case when o.status = 'refunded' then o.status else 'needs_attention' end,
          attention_reason = concat_ws(' ', o.attention_reason, format(
            'Its session at %s was cancelled, and %s cannot refund by its API: pay back %s by hand, then '
            'commerce.record_refund(%L, %s, …).', ops.iso_utc(session.starts_at), v_payment.provider,
            ops.money(v_part, v_payment.currency), v_payment.id, v_part))
      where o.id = v_order.id;
    end if;
    v_left := v_left - v_part;
  end loop;
end
$$;
comment on function tutoring.refund_session(public.tutoring_sessions, text) is
  'Requests the refund of what was paid for a session, as far as it was not refunded already; where the provider '
  'cannot, its order needs attention. minor: how much, in minor units. The caller holds the payments.';
