-- The rows that belong together, as keys of messages: orders/<id>. From any of them all others are found by indexes.
create function console.keys_of(kind text, id uuid) returns text[]
language plpgsql stable
set search_path = ''
as $$
declare
  v_checkouts uuid[];
  v_payments uuid[];
  v_orders uuid[];
  v_sessions uuid[] := '{}';
begin
  if keys_of.kind = 'membership' then
    return array['memberships/' || keys_of.id];
  end if;
  if keys_of.kind = 'session' then
    v_sessions := array[keys_of.id];
    v_payments := array(select o.payment_id from public.tutoring_sessions s
      join public.order_items i on i.id = s.order_item_id join public.orders o on o.id = i.order_id
      where s.id = keys_of.id);
  elsif keys_of.kind = 'order' then
    v_payments := array(select o.payment_id from public.orders o where o.id = keys_of.id);
  elsif keys_of.kind = 'payment' then
    v_payments := array[keys_of.id];
  elsif keys_of.kind = 'checkout' then
    v_payments := '{}';
  else
    return '{}';
  end if;
  v_checkouts := case when keys_of.kind = 'checkout' then array[keys_of.id] else
    array(select p.checkout_session_id from public.payments p
      where p.id = any (v_payments) and p.checkout_session_id is not null) end;
  v_payments := array(select unnest(v_payments)
    union select p.id from public.payments p where p.checkout_session_id = any (v_checkouts));
  v_orders := array(select o.id from public.orders o where o.payment_id = any (v_payments)
    union select o.id from public.orders o where o.checkout_session_id = any (v_checkouts));
  v_sessions := array(select unnest(v_sessions)
    union select s.id from public.tutoring_sessions s join public.order_items i on i.id = s.order_item_id
    where i.order_id = any (v_orders));
  return array(
    select 'checkout_sessions/' || c from unnest(v_checkouts) c
    union all select 'payments/' || p from unnest(v_payments) p
    union all select 'orders/' || o from unnest(v_orders) o
    union all select 'tutoring_sessions/' || s from unnest(v_sessions) s
    union all select 'refunds/' || r.id from public.refunds r where r.payment_id = any (v_payments)
    union all select 'refund_requests/' || r.id from public.refund_requests r where r.payment_id = any (v_payments)
    union all select 'disputes/' || d.id from public.disputes d where d.payment_id = any (v_payments)
    union all select 'fulfillments/' || f.id from public.fulfillments f where f.order_id = any (v_orders)
    union all select 'enrollments/' || e.id from public.enrollments e
      join public.order_items i on i.id = e.order_item_id where i.order_id = any (v_orders)
    union all select 'started_payments/' || s.id from public.started_payments s
      where s.checkout_session_id = any (v_checkouts)
    union all select 'payment_approvals/' || a.id from public.payment_approvals a
      where a.checkout_session_id = any (v_checkouts)
    union all select 'credit_ledger/' || l.id from public.credit_ledger l where l.payment_id = any (v_payments)
    union all select 'session_recaps/' || r.id from public.session_recaps r
      where r.tutoring_session_id = any (v_sessions)
    union all select 'tutoring_session_changes/' || c.id from public.tutoring_session_changes c
      where c.tutoring_session_id = any (v_sessions)
    union all select 'session_reminders/' || r.id from public.session_reminders r
      where r.tutoring_session_id = any (v_sessions)
  );
end
$$;
comment on function console.keys_of(text, uuid) is
  'The rows that belong to an order, payment, checkout, session or membership, each as outbox.messages.record_key.';
