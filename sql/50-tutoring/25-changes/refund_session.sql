create function tutoring.refund_session(
  session public.tutoring_sessions, reason text,
  out refund public.tutoring_session_refund, out minor bigint, out currency text
)
language plpgsql
set search_path = ''
as $$
declare
  v_part record;
begin
  refund := 'none';
  for v_part in select p.* from tutoring.refund_parts(session) p loop
    minor := coalesce(minor, 0) + v_part.minor;
    currency := v_part.currency;
    if v_part.can_refund then
      perform commerce.request_refund(v_part.payment_id, v_part.minor, refund_session.reason,
        requested_by => 'tutoring');
      refund := case when refund = 'by_hand' then 'by_hand' else 'requested' end;
    else
      refund := 'by_hand';
      update public.orders o
      set status = case when o.status = 'refunded' then o.status else 'needs_attention' end,
          attention_reason = concat_ws(' ', o.attention_reason, format(
            'Its session at %s was cancelled, and %s cannot refund by its API: pay back %s by hand, then '
            'commerce.record_refund(%L, %s, …).', ops.iso_utc(session.starts_at), v_part.provider,
            ops.money(v_part.minor, v_part.currency), v_part.payment_id, v_part.minor))
      from public.order_items i
      where i.id = session.order_item_id and o.id = i.order_id;
    end if;
  end loop;
end
$$;
comment on function tutoring.refund_session(public.tutoring_sessions, text) is
  'Requests the refund of what was paid for a session (tutoring.refund_parts); where the provider cannot, its order '
  'needs attention. minor: how much, in minor units. The caller holds the payments.';
