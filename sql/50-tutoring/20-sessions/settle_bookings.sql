create function tutoring.settle_bookings(order_id uuid, refunded boolean) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_session record;
begin
  -- Most orders hold no session: their refunds need not queue for the lock that a change of sessions takes.
  if not exists (
    select 1 from public.order_items i where i.order_id = settle_bookings.order_id and i.kind = 'tutoring_session'
  ) then
    return;
  end if;
  if settle_bookings.refunded then
    update public.tutoring_sessions s set status = 'cancelled', cancelled_by_refund = true
    where s.status = 'scheduled' and s.order_item_id in (select i.id from public.order_items i
      where i.order_id = settle_bookings.order_id);
    return;
  end if;
  for v_session in
    select s.*
    from public.order_items i join public.tutoring_sessions s on s.order_item_id = i.id
    where i.order_id = settle_bookings.order_id and s.cancelled_by_refund
    order by s.tutor_email, s.starts_at
  loop
    perform tutoring.lock_tutor(v_session.tutor_email);
    if v_session.starts_at < now() then
      update public.orders o
      set status = 'needs_attention',
          attention_reason = concat_ws(' ', o.attention_reason,
            format('Its refund failed, and its time at %s is over. Unless it took place, agree on another one with %s, '
              'or refund it again.', ops.iso_utc(v_session.starts_at), v_session.student_email))
      where o.id = settle_bookings.order_id;
    elsif tutoring.is_busy(v_session.tutor_email, v_session.starts_at, v_session.ends_at) then
      update public.orders o
      set status = 'needs_attention',
          attention_reason = concat_ws(' ', o.attention_reason,
            format('Its refund failed, and the tutor''s time at %s was taken since. Refund it again.',
              ops.iso_utc(v_session.starts_at)))
      where o.id = settle_bookings.order_id;
    else
      update public.tutoring_sessions s set status = 'scheduled', cancelled_by_refund = false where s.id = v_session.id;
    end if;
  end loop;
end
$$;
comment on function tutoring.settle_bookings(uuid, boolean) is
  'An order was refunded in full: the sessions it bought are cancelled. Or that refund failed: they are scheduled '
  'again, where their time is to come and the tutor is free; otherwise the order needs attention.';
