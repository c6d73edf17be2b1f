create view ops.attention with (security_invoker = on) as
  select w.*, ops.severity(w.what) as severity
  from (
    select 'event failed' as what, e.id::text as id, e.provider || ' ' || e.type as which, e.error as why,
    e.received_at as since,
      format('select inbox.retry(%L)', e.id) as remedy
    from inbox.events e where e.status in ('failed', 'dead')
    union all
    select case when e.received_at < now() - interval '1 hour' then 'event parked for over an hour'
      else 'event parked' end,
      e.id::text, e.provider || ' ' || e.type,
      format('It waits for %s, which has not arrived: %s', e.waiting_for, e.error), e.received_at,
      format('select inbox.retry(%L)', e.id)
    -- Events of one purchase overtake each other by seconds.
    from inbox.events e where e.status = 'parked' and e.received_at < now() - interval '1 minute'
    union all
    select 'event never confirmed', e.id::text, e.provider || ' ' || e.type, e.error, e.received_at,
      format('select inbox.retry(%L)', e.id)
    from inbox.events e where e.trust = 'unconfirmed' and e.status = 'ignored'
      and (e.next_attempt_at is null or e.received_at < now() - interval '1 hour')
    union all
    select 'reconciliation incomplete for over an hour', r.id::text, r.provider, r.remark, r.started_at,
      format('select inbox.reconcile(%L)', r.provider)
    from inbox.reconciliations r
    where r.completed_at is null and r.started_at < now() - interval '1 hour'
      and not exists (select 1 from inbox.reconciliations later where later.provider = r.provider
        and later.completed_at > r.started_at)
    union all
    select 'payment needs review', p.id::text, p.provider || ' ' || p.provider_ref, r.reason, p.created_at,
      case
        when r.reason like '%accept_payment%' then format('select commerce.accept_payment(%L)', p.id)
        else format('select commerce.close_review(%L)', p.id)
      end
    from public.payments p
    left join public.checkout_sessions s on s.id = p.checkout_session_id
    -- Checked now: another payment may have made the order since.
    cross join lateral (select coalesce(commerce.review_reason(p, s), p.review_reason) as reason) r
    where p.needs_review
    union all
    select 'order needs attention', o.id::text, 'order ' || o.number, o.attention_reason, o.created_at,
      format('select commerce.settle_order(%L, without_stock => true)', o.id)
    from public.orders o where o.status = 'needs_attention'
    union all
    select 'delivery dead', d.id::text, m.type || ' to ' || d.destination, d.last_error, d.settled_at,
      format('select outbox.retry(%s)', d.id)
    from outbox.deliveries d join outbox.messages m on m.id = d.message_id where d.status = 'dead'
    union all
    select 'work failed at the receiver', d.id::text, m.type || ' to ' || d.destination, d.processing_error,
      coalesce(d.settled_at, d.created_at),
      format(
        'select outbox.replay(%L, %L, %L), outbox.acknowledge(%s, outbox.receipt_signature(%s))',
        d.destination, jsonb_build_object('message_ids', jsonb_build_array(d.message_id)), 'the work failed there',
          d.id, d.id
      )
    from outbox.deliveries d join outbox.messages m on m.id = d.message_id where d.processing_error is not null
      and d.processed_at is null
    union all
    select 'receipt overdue', d.id::text, m.type || ' to ' || d.destination,
      'It was delivered, but its receiver has not reported that the work is done.',
      d.receipt_due_at, format('select outbox.acknowledge(%s, outbox.receipt_signature(%s))', d.id, d.id)
    from outbox.deliveries d join outbox.messages m on m.id = d.message_id
    where d.receipt_due_at < now() and d.processed_at is null and d.processing_error is null
    union all
    select 'destination paused', t.name, t.name, t.paused_reason, t.paused_at,
      format('select outbox.resume(%L)', t.name)
    from outbox.destinations t where t.paused_at is not null
    union all
    select 'destination held', t.name, t.name, t.held_reason, t.held_until, 'sending resumes by itself; see why'
    from outbox.destinations t where t.held_until > now()
    union all
    select 'route makes no message', r.id::text, r.message_type || ' to ' || r.destination, r.why, now(),
      format('update outbox.routes set table_name = …, when_column = … where id = %1$s; or update outbox.routes set '
        'enabled = false where id = %1$s', r.id)
    from outbox.dead_routes() r
    union all
    select f.what, f.id, f.which, f.why, f.since, f.remedy
    from (select a.findings from ops.audits a order by a.id desc limit 1) latest,
      jsonb_to_recordset(latest.findings) as f (what text, id text, which text, why text, remedy text,
        since timestamptz)
    union all
    select 'audit overdue', 'audit', 'audit',
      'Whether all is consistent was not looked at for over 25 minutes; it should be every ten.', latest.at,
      'select ops.schedule_jobs(), ops.audit_consistency()'
    from (
      -- Before the first one: since there is something to check.
      select coalesce((select a.finished_at from ops.audits a order by a.id desc limit 1),
        (select min(o.created_at) from public.orders o)) as at
    ) latest
    where latest.at < now() - interval '25 minutes'
    union all
    select 'refund refused', q.id::text, p.provider || ' ' || p.provider_ref, q.error, q.updated_at,
      format(
        'see why; then request it again, select commerce.request_refund(%L), or refund it another way, select '
        'commerce.record_refund(…); or dismiss it, delete from public.refund_requests where id = %L', p.id, q.id)
    from public.refund_requests q join public.payments p on p.id = q.payment_id
    where q.status = 'refused' and p.status <> 'refunded'
      and not exists (select 1 from public.refund_requests later where later.payment_id = q.payment_id
        and later.created_at > q.created_at and later.status <> 'refused')
      and not exists (select 1 from public.refunds r where r.payment_id = q.payment_id and r.created_at > q.updated_at
        and r.status in ('pending', 'succeeded'))
    union all
    select 'checkout paid in part', s.id::text, 'checkout of ' || s.email,
      format(
        'Captured are %s of %s, and no further part was received for an hour. Capture the rest at %s; '
        'or fulfil it with what was paid.', ops.money(commerce.captured_in_parts(p), p.currency),
        ops.money(s.total_minor, s.currency), p.provider
      ),
      p.updated_at, format('select commerce.accept_payment(%L)', p.id)
    from public.payments p join public.checkout_sessions s on s.id = p.checkout_session_id
    where p.part_of is not null and p.captured_at is not null and p.status <> 'refunded'
      and not p.needs_review and p.reviewed_at is null
      and s.status <> 'payment_completed' and p.updated_at < now() - interval '1 hour'
      -- The first of its parts stands for all.
      and not exists (select 1 from commerce.parts_of(p) o where o.id < p.id)
    union all
    select 'live event that is none of ours', e.id::text, e.provider || ' ' || e.type, e.not_ours, e.received_at,
      format('select inbox.retry(%L)', e.id)
    from inbox.events e
    where e.not_ours is not null and e.livemode and e.account is null and e.received_at > now() - interval '14 days'
    union all
    select 'order of events undecided', l.provider || '/' || l.thing,
      l.provider || ' ' || replace(l.thing, '/', ' '),
      format(
        '%s events of %s say different things of it, and not which of them is the later. %s. Compare it with %s''s own '
        'pages.', jsonb_array_length(l.facts), ops.iso_utc(l.moment),
        coalesce(
          (select format('The provider was asked %s times, and has not said', i.times) from inbox.inquiries i
          where i.provider = l.provider and i.ref = substr(l.thing, strpos(l.thing, '/') + 1)),
          'The provider could not be asked'
        ), l.provider
      ),
      l.updated_at, format('select inbox.accept_latest(%L, %L)', l.provider, l.thing)
    from inbox.latest_facts l
    where l.undecided and l.updated_at < now() - interval '1 hour'
    union all
    select 'webhooks of a new shape', h.id::text, concat_ws(' ', h.provider, h.type, nullif(h.version, '')),
      array_to_string(h.changes, '; '), h.first_seen, format('select inbox.accept_shape(%L)', h.id)
    from inbox.shapes h
    where h.changes <> '{}' and h.accepted_at is null
      -- A field that is missing in one and present in the next is optional.
      and not (h.only_gone and exists (
        select 1 from inbox.shapes o
        where o.provider = h.provider and o.type = h.type and o.version = h.version and o.id <> h.id
          and o.last_seen > h.first_seen
      ))
    union all select * from ops.attention_refused_webhooks
    union all select * from ops.attention_jobs
    union all select * from ops.attention_failing_destinations
    union all select * from ops.attention_no_courier
    union all select * from ops.attention_disputes
    union all select * from ops.attention_unmatched_recaps
    union all select * from ops.attention_calendar
  ) w;
comment on view ops.attention is
  'Everything that needs an admin: what, why, since when, the statement that resolves it, and how severe it is '
  '(ops.severity). select * from ops.attention order by since';
