-- Constants only: the parts in double braces and %L are filled by console.list and console.count with literals.
create function console.spec(
  what text, out relation text, out keys text[], out key_types text[], out moment text, out since_key text,
  out until_key text, out filters jsonb, out statuses text[], out body text, out fields text
)
language plpgsql immutable
set search_path = ''
as $$
begin
  keys := '{t.id}';
  key_types := '{uuid}';
  since_key := 't.id >= ops.uuid7_at(%1$L)';
  -- An id is made a moment after its transaction began.
  until_key := 't.id <= ops.uuid7_at(%1$L::timestamptz + interval ''10 minutes'')';
  case spec.what
    when 'events' then
      relation := 'inbox.events';
      moment := 't.received_at';
      statuses := enum_range(null::inbox.event_status)::text[];
      filters := '{
        "provider": "t.provider = %L", "type": "t.type = %L", "status": "t.status = %L",
        "text": "strpos(lower(concat_ws('' '', t.provider_event_id, t.type, t.subject, t.error)), lower(%L)) > 0"
      }';
      body := 't.body';
      fields := 't.id, t.provider, t.type, t.status, t.trust, t.provider_event_id, t.subject, t.occurred_at, '
        't.received_at, t.applied_at, t.attempts, t.next_attempt_at, t.error, t.waiting_for, t.not_ours, '
        'octet_length(t.body) as bytes';
    when 'messages' then
      relation := 'outbox.messages';
      moment := 't.created_at';
      filters := '{
        "type": "t.type = %L",
        "destination": "exists (select from outbox.deliveries d where d.message_id = t.id and d.destination = %L)",
        "text": "strpos(lower(concat_ws('' '', t.type, t.record_key)), lower(%L)) > 0"
      }';
      body := 'coalesce(t.payload, (select e.body from inbox.events e where e.id = t.event_id))';
      fields := 't.id, t.type, t.record_key, t.sequence::text as sequence, t.created_at, t.event_id, '
        't.replay_id::text as replay_id, octet_length(t.payload) as bytes, (select coalesce(jsonb_agg('
        'jsonb_build_object(''id'', d.id::text, ''destination'', d.destination, ''status'', d.status) '
        'order by d.id), ''[]'') from outbox.deliveries d where d.message_id = t.id) as deliveries';
    when 'deliveries' then
      relation := 'outbox.deliveries';
      key_types := '{bigint}';
      moment := 't.created_at';
      since_key := 't.id >= coalesce((select d.id from outbox.deliveries d where d.message_id >= '
        'ops.uuid7_at(%1$L::timestamptz - interval ''10 minutes'') order by d.message_id limit 1), 0)';
      until_key := 't.id <= coalesce((select d.id from outbox.deliveries d where d.message_id >= '
        'ops.uuid7_at(%1$L::timestamptz + interval ''10 minutes'') order by d.message_id limit 1), '
        '9223372036854775807)';
      statuses := enum_range(null::outbox.delivery_status)::text[];
      filters := '{
        "destination": "t.destination = %L", "status": "t.status = %L", "code": "t.last_status_code::text = %L",
        "type": "(select m.type from outbox.messages m where m.id = t.message_id) = %L",
        "text": "strpos(lower(concat_ws('' '', t.record_key, t.last_error, t.processing_error)), lower(%L)) > 0"
      }';
      fields := 't.id::text as id, t.message_id, t.destination, (select m.type from outbox.messages m '
        'where m.id = t.message_id) as type, t.record_key, t.status, t.attempts, t.priority, t.created_at, '
        't.next_attempt_at as due_at, t.settled_at, t.last_status_code, t.last_error, t.receipt_due_at, '
        't.processed_at, t.processing_error';
    when 'rejections' then
      relation := 'inbox.rejections';
      keys := '{t.minute,t.provider,t.reason}';
      key_types := '{timestamptz,text,text}';
      moment := 't.last_at';
      since_key := 't.minute >= date_trunc(''minute'', %1$L::timestamptz, ''UTC'')';
      until_key := 't.minute <= %1$L::timestamptz';
      filters := '{
        "provider": "t.provider = %L", "code": "t.reason = %L",
        "text": "strpos(lower(concat_ws('' '', t.provider, t.reason, t.sample)), lower(%L)) > 0"
      }';
      fields := 'jsonb_build_array(t.minute, t.provider, t.reason)::text as id, t.provider, t.reason as code, '
        't.minute, t.count, t.last_at, t.sample';
    when 'reconciliations' then
      relation := 'inbox.reconciliations';
      moment := 't.started_at';
      statuses := '{complete,incomplete}';
      filters := '{
        "provider": "t.provider = %L", "text": "strpos(lower(coalesce(t.remark, '''')), lower(%L)) > 0",
        "status": "case when t.completed_at is null then ''incomplete'' else ''complete'' end = %L"
      }';
      fields := 't.id, t.provider, t.since, t.until, t.looked_at, t.missed, t.healed, t.tries, t.started_at, '
        't.completed_at, t.remark, case when t.completed_at is null then ''incomplete'' else ''complete'' end as '
        'status';
    when 'audits' then
      relation := 'ops.audits';
      moment := 't.started_at';
      statuses := '{found,consistent}';
      filters := '{
        "status": "case when t.found > 0 then ''found'' else ''consistent'' end = %L",
        "text": "strpos(lower(t.findings::text), lower(%L)) > 0"
      }';
      fields := 't.id, t.started_at, t.finished_at, t.ran_by, t.found, t.findings, '
        'case when t.found > 0 then ''found'' else ''consistent'' end as status';
    when 'decisions' then
      relation := 'ops.decisions';
      moment := 't.decided_at';
      filters := '{
        "type": "t.command = %L",
        "text": "strpos(lower(concat_ws('' '', t.command, t.about, t.reason, t.decided_by)), lower(%L)) > 0"
      }';
      fields := 't.id, t.command, t.about, t.reason, t.decided_by, t.decided_at';
    when 'incidents' then
      relation := 'ops.incidents';
      moment := 't.raised_at';
      statuses := '{open,resolved}';
      filters := '{
        "type": "t.what = %L", "status": "case when t.resolved_at is null then ''open'' else ''resolved'' end = %L",
        "text": "strpos(lower(concat_ws('' '', t.what, t.about, t.which, t.why)), lower(%L)) > 0"
      }';
      fields := 't.id, t.what, t.about, t.which, t.why, t.remedy, t.severity, t.since, t.raised_at, t.alerted_at, '
        't.resolved_at, case when t.resolved_at is null then ''open'' else ''resolved'' end as status';
    when 'alerts' then
      relation := 'ops.alerts';
      moment := 't.created_at';
      filters := '{"type": "t.kind::text = %L", "text": "strpos(lower(t.text), lower(%L)) > 0"}';
      fields := 't.id, t.kind as type, t.severity, t.total, t.text, t.items, t.created_at';
    else
      raise exception 'there is no list %', coalesce(spec.what, '(null)') using errcode = '22023', hint =
        'Known: events, messages, deliveries, rejections, reconciliations, audits, decisions, incidents, alerts.';
  end case;
end
$$;
comment on function console.spec(text) is
  'What a list of the console reads, what it may be filtered by, and what it shows. Raises 22023 for an unknown list.';
