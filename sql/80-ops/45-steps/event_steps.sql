create view ops.event_steps with (security_invoker = on) as
  select s.event_id, s.at, s.step, s.what, s.status, s.detail, s.record_key, s.message_id, s.delivery_id,
    s.find_it, c.console_url || s.page as console_url
  from (
    select e.id as event_id, e.received_at as at, '1 event' as step, e.provider || ' ' || e.type as what,
      e.status::text as status, e.error as detail, null::text as record_key, null::uuid as message_id,
      null::bigint as delivery_id, format('select * from inbox.events where id = %L', e.id) as find_it,
      'line/event/' || e.id as page
    from inbox.events e
    union all
    select e.id, coalesce(e.applied_at, e.received_at), '2 fact', f.fact ->> 'type', e.status::text, f.fact::text,
      null, null, null,
      format('select jsonb_pretty(facts) from inbox.events where id = %L', e.id), 'events/' || e.id
    from inbox.events e cross join lateral jsonb_array_elements(e.facts) f (fact)
    union all
    select m.event_id, m.created_at, '3 row', p.change ->> 'operation' || ' ' || (p.change ->> 'table'),
      p.payload #>> '{data,status}',
      case when p.change ->> 'operation' = 'UPDATE' then (
        select string_agg(format('%s: %s -> %s', n.name, coalesce(p.change -> 'previous' -> n.name, 'null'),
          coalesce(p.payload -> 'data' -> n.name, 'null')), '; ' order by n.place)
        from jsonb_array_elements_text(p.change -> 'columns') with ordinality n (name, place)
      ) else p.payload ->> 'data' end,
      m.record_key, m.id, null,
      -- Messages name no schema; their routes do.
      'select * from ' || (
        select r.table_name from outbox.routes r where split_part(r.table_name, '.', 2) = p.change ->> 'table'
        order by r.id limit 1
      ) || format(' where id = %L', split_part(m.record_key, '/', 2)),
      case split_part(m.record_key, '/', 1) when 'orders' then 'line/order/' when 'payments' then 'line/payment/'
        when 'checkout_sessions' then 'line/checkout/' when 'tutoring_sessions' then 'line/session/'
        when 'memberships' then 'line/membership/' end || split_part(m.record_key, '/', 2)
    from outbox.messages m
    cross join lateral (select nullif(m.payload, '')::jsonb as payload, nullif(m.payload, '')::jsonb -> 'change'
      as change) p
    where m.replay_id is null and p.change ->> 'table' is not null
    union all
    select m.event_id, m.created_at, '4 message', m.type, null, case when m.replay_id is null then null
      else format('replay %s', m.replay_id) end, m.record_key, m.id, null,
      format('select * from outbox.messages where id = %L', m.id), 'messages/' || m.id
    from outbox.messages m
    union all
    select m.event_id, d.created_at, '5 delivery', m.type || ' to ' || d.destination, d.status::text, d.last_error,
      m.record_key, m.id, d.id, format('select * from outbox.deliveries where id = %s', d.id), 'deliveries/' || d.id
    from outbox.deliveries d join outbox.messages m on m.id = d.message_id
    union all
    select m.event_id, a.started_at, '6 attempt', format('attempt %s at %s', a.number, d.destination),
      a.status_code::text, a.error, m.record_key, m.id, d.id,
      format('select * from outbox.attempts where delivery_id = %s order by number', d.id), 'deliveries/' || d.id
    from outbox.attempts a
    join outbox.deliveries d on d.id = a.delivery_id
    join outbox.messages m on m.id = d.message_id
    union all
    select m.event_id, coalesce(d.processed_at, d.receipt_due_at), '7 receipt', 'receipt of ' || d.destination,
      case when d.processed_at is not null then 'processed' when d.processing_error is not null then 'failed'
        when d.receipt_due_at < now() then 'overdue' else 'awaited' end,
      d.processing_error, m.record_key, m.id, d.id,
      format('select * from outbox.deliveries where id = %s', d.id), 'deliveries/' || d.id
    from outbox.deliveries d
    join outbox.messages m on m.id = d.message_id
    where d.processed_at is not null or d.processing_error is not null or d.receipt_due_at is not null
  ) s
  cross join outbox.settings c;
comment on view ops.event_steps is
  'What an event caused, a row a step: the event, its facts, the rows it changed, messages, deliveries, attempts, '
  'receipts. Filter by event_id, record_key, message_id or delivery_id: whole, it is as long as the history. '
  'select * from ops.event_steps where event_id = ''…'' order by step, at.';
comment on column ops.event_steps.event_id is
  'The event (inbox.events). Null: no event caused the message, but an admin, an app or cron.';
comment on column ops.event_steps.at is
  'When it happened. Of a receipt that is missing: when it is due.';
comment on column ops.event_steps.step is
  '1 event, 2 fact, 3 row, 4 message, 5 delivery, 6 attempt or 7 receipt: in the order in which one causes the next.';
comment on column ops.event_steps.what is
  'Its type: of a row the operation and the table, of an attempt its number and destination.';
comment on column ops.event_steps.status is
  'Its status: of a row the one that the change left it with, of an attempt the HTTP status.';
comment on column ops.event_steps.detail is
  'Why it failed; of a fact all it says, of a row its columns (of an update those that changed, before -> after).';
comment on column ops.event_steps.record_key is 'The record that the message is about, such as orders/<id>.';
comment on column ops.event_steps.message_id is 'The message (outbox.messages): filter on it to see its deliveries.';
comment on column ops.event_steps.delivery_id is 'The delivery (outbox.deliveries): filter on it to see its attempts.';
comment on column ops.event_steps.find_it is 'A statement that shows the row itself, with all its columns.';
comment on column ops.event_steps.console_url is
  'Its page of the console. Null: outbox.settings has no console_url, or the console has no page of such a row.';
