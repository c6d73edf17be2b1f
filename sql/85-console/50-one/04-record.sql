create function console.record(kind text, id uuid) returns jsonb
language sql stable
set search_path = ''
begin atomic
  select x.it from (
    select jsonb_build_object('kind', 'order', 'id', o.id, 'title', 'Order ' || o.number,
      'detail', ops.money(o.total_minor, o.currency) || ' · ' || o.email, 'at', o.created_at, 'status', o.status) as it
    from public.orders o where record.kind = 'order' and o.id = record.id
    union all
    select jsonb_build_object('kind', 'payment', 'id', p.id, 'title', p.provider || ' ' || p.provider_ref,
      'detail', concat_ws(' · ', ops.money(p.amount_minor, p.currency), p.email), 'at', p.created_at,
      'status', p.status)
    from public.payments p where record.kind = 'payment' and p.id = record.id
    union all
    select jsonb_build_object('kind', 'checkout', 'id', s.id, 'title', 'Checkout of ' || s.email,
      'detail', ops.money(s.total_minor, s.currency), 'at', s.created_at, 'status', s.status)
    from public.checkout_sessions s where record.kind = 'checkout' and s.id = record.id
    union all
    select jsonb_build_object('kind', 'session', 'id', s.id, 'title', s.title,
      'detail', concat_ws(' · ', ops.iso_utc(s.starts_at), s.tutor_email, s.student_email), 'at', s.created_at,
      'status', s.status)
    from public.tutoring_sessions s where record.kind = 'session' and s.id = record.id
    union all
    select jsonb_build_object('kind', 'membership', 'id', m.id, 'title', m.provider || ' ' || m.provider_ref,
      'detail', m.email, 'at', m.created_at, 'status', m.status)
    from public.memberships m where record.kind = 'membership' and m.id = record.id
    union all
    select jsonb_build_object('kind', 'event', 'id', e.id, 'title', e.provider || ' ' || e.type,
      'detail', e.provider_event_id, 'at', e.received_at, 'status', e.status)
    from inbox.events e where record.kind = 'event' and e.id = record.id
    union all
    select jsonb_build_object('kind', 'message', 'id', m.id, 'title', m.type, 'detail', m.record_key,
      'at', m.created_at, 'status', null)
    from outbox.messages m where record.kind = 'message' and m.id = record.id
  ) x;
end;
comment on function console.record(text, uuid) is
  'One thing, as it is found and linked: {kind, id, title, detail, at, status}. Null: there is none.';
