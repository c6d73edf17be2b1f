create view ops.attention with (security_invoker = on) as
  select 'event failed' as what, e.id::text as id, e.provider || ' ' || e.type as which, e.error as why, e.received_at as since,
    format('select inbox.retry(%L)', e.id) as remedy
  from inbox.events e where e.status in ('failed', 'dead')
  union all
  select 'event parked for over an hour', e.id::text, e.provider || ' ' || e.type, e.error, e.received_at, format('select inbox.retry(%L)', e.id)
  from inbox.events e where e.status = 'parked' and e.received_at < now() - interval '1 hour'
  union all
  select 'event never confirmed', e.id::text, e.provider || ' ' || e.type, e.error, e.received_at, format('select inbox.retry(%L)', e.id)
  from inbox.events e where e.trust = 'unconfirmed' and e.status = 'ignored' and (e.next_attempt_at is null or e.received_at < now() - interval '1 hour')
  union all
  select 'reconciliation incomplete for over an hour', r.id::text, r.provider, r.remark, r.started_at, format('select inbox.reconcile(%L)', r.provider)
  from inbox.reconciliations r
  where r.completed_at is null and r.started_at < now() - interval '1 hour'
    and not exists (select 1 from inbox.reconciliations later where later.provider = r.provider and later.completed_at > r.started_at)
  union all
  select 'payment needs review', p.id::text, p.provider || ' ' || p.provider_ref, r.reason, p.created_at,
    case
      when r.reason like '%accept_payment%' then format('select commerce.accept_payment(%L)', p.id)
      else format('select commerce.close_review(%L)', p.id)
    end
  from public.payments p
  left join public.checkout_sessions s on s.id = p.checkout_session_id
  -- As of now: another payment may have made the order since.
  cross join lateral (select coalesce(commerce.review_reason(p, s), p.review_reason) as reason) r
  where p.needs_review
  union all
  select 'order needs attention', o.id::text, 'order ' || o.number, o.attention_reason, o.created_at, format('select commerce.settle_order(%L, without_stock => true)', o.id)
  from public.orders o where o.status = 'needs_attention'
  union all
  select 'delivery dead', d.id::text, m.type || ' to ' || d.destination, d.last_error, d.settled_at, format('select outbox.retry(%s)', d.id)
  from outbox.deliveries d join outbox.messages m on m.id = d.message_id where d.status = 'dead'
  union all
  select 'work failed at the receiver', d.id::text, m.type || ' to ' || d.destination, d.processing_error, coalesce(d.settled_at, d.created_at),
    format(
      'select outbox.replay(%L, %L, %L), outbox.acknowledge(%s, outbox.receipt_signature(%s))',
      d.destination, jsonb_build_object('message_ids', jsonb_build_array(d.message_id)), 'the work failed there', d.id, d.id
    )
  from outbox.deliveries d join outbox.messages m on m.id = d.message_id where d.processing_error is not null and d.processed_at is null
  union all
  select 'receipt overdue', d.id::text, m.type || ' to ' || d.destination, 'It was delivered, and nobody has said that the work is done.',
    d.receipt_due_at, format('select outbox.acknowledge(%s, outbox.receipt_signature(%s))', d.id, d.id)
  from outbox.deliveries d join outbox.messages m on m.id = d.message_id
  where d.receipt_due_at < now() and d.processed_at is null and d.processing_error is null
  union all
  select 'destination paused', t.name, t.name, t.paused_reason, t.paused_at, format('select outbox.resume(%L)', t.name)
  from outbox.destinations t where t.paused_at is not null
  union all
  select 'destination held', t.name, t.name, t.held_reason, t.held_until, 'goes on by itself; see why'
  from outbox.destinations t where t.held_until > now()
  union all
  select 'route makes no message', r.id::text, r.message_type || ' to ' || r.destination, r.why, now(),
    format('update outbox.routes set table_name = …, when_column = … where id = %1$s; or update outbox.routes set enabled = false where id = %1$s', r.id)
  from outbox.dead_routes() r
  union all
  select f.what, f.id, f.which, f.why, f.since, f.remedy
  from (select a.findings from ops.audits a order by a.id desc limit 1) latest,
    jsonb_to_recordset(latest.findings) as f (what text, id text, which text, why text, remedy text, since timestamptz)
  union all
  select 'audit overdue', 'audit', 'audit', 'Whether all is consistent was not looked at for over an hour; it should be every ten minutes.', latest.at, 'select ops.audit_consistency()'
  from (
    -- Before the first one, since there was something to look at.
    select coalesce((select a.finished_at from ops.audits a order by a.id desc limit 1), (select min(o.created_at) from public.orders o)) as at
  ) latest
  where latest.at < now() - interval '1 hour'
  union all
  select 'refund refused', q.id::text, p.provider || ' ' || p.provider_ref, q.error, q.updated_at,
    format('see why; then ask again, select commerce.request_refund(%L), or give it back another way, select commerce.record_refund(…); or let it be, delete from public.refund_requests where id = %L', p.id, q.id)
  from public.refund_requests q join public.payments p on p.id = q.payment_id
  where q.status = 'refused' and p.status <> 'refunded'
    and not exists (select 1 from public.refund_requests later where later.payment_id = q.payment_id and later.created_at > q.created_at and later.status <> 'refused')
    and not exists (select 1 from public.refunds r where r.payment_id = q.payment_id and r.created_at > q.updated_at and r.status in ('pending', 'succeeded'));
comment on view ops.attention is 'Everything that waits for a person: what, why, since when, and the statement that takes it further. select * from ops.attention order by since';
