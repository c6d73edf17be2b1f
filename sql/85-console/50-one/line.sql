create function console.line(kind text, id text) returns jsonb
language plpgsql stable
security definer -- the schemas inbox and outbox stay closed to the Data API
set search_path = ''
as $$
declare
  v_most constant integer := 500;
  v_id uuid;
  v_self jsonb;
  v_events uuid[] := '{}';
  v_messages uuid[] := '{}';
  v_keys text[] := '{}';
  v_refs text[];
begin
  perform console.require_admin();
  begin
    case line.kind
      when 'delivery' then
        select jsonb_build_object('kind', 'delivery', 'id', d.id::text,
            'title', m.type || ' to ' || d.destination, 'status', d.status),
          array[m.id], array_remove(array[m.event_id], null)
        into v_self, v_messages, v_events
        from outbox.deliveries d join outbox.messages m on m.id = d.message_id where d.id = line.id::bigint;
      when 'event', 'message', 'order', 'payment', 'checkout', 'session', 'membership' then
        v_id := regexp_replace(line.id, '^msg_', '')::uuid;
        v_self := console.record(line.kind, v_id);
      else
        raise exception 'there is no line of %', coalesce(line.kind, '(null)') using errcode = '22023',
          hint = 'Known: event, message, delivery, order, payment, checkout, session, membership.';
    end case;
  exception when invalid_text_representation or numeric_value_out_of_range then
    v_self := null;
  end;
  if v_self is null then
    raise exception 'there is no % %', line.kind, left(coalesce(line.id, '(null)'), 100)
      using errcode = 'PT404', hint = 'Look it up with find.';
  end if;

  if line.kind = 'event' then
    v_events := array[v_id];
  elsif line.kind = 'message' then
    select array[m.id], array_remove(array[m.event_id], null) into v_messages, v_events
    from outbox.messages m where m.id = v_id;
  elsif line.kind <> 'delivery' then
    v_keys := console.keys_of(line.kind, v_id);
    v_messages := array(select m.id from outbox.messages m where m.record_key = any (v_keys) order by m.id desc
      limit v_most);
    v_events := array(select distinct m.event_id from outbox.messages m
      where m.id = any (v_messages) and m.event_id is not null);
    -- Events that are about it and changed nothing yet.
    v_refs := array(
      select p.provider_ref from public.payments p
        where 'payments/' || p.id = any (v_keys) and p.id = any (array(select split_part(k, '/', 2)::uuid
          from unnest(v_keys) k where k like 'payments/%'))
      union
      select s.provider_ref from public.started_payments s
        where s.checkout_session_id = any (array(select split_part(k, '/', 2)::uuid from unnest(v_keys) k
          where k like 'checkout_sessions/%'))
      union
      select split_part(k, '/', 2) from unnest(v_keys) k where k like 'checkout_sessions/%'
    );
    v_events := array(
      select unnest(v_events)
      union
      select e.id from (
        select x.id, x.facts from inbox.events x where x.status in ('failed', 'dead', 'parked')
        order by x.id desc limit 2000
      ) e
      where exists (select 1 from unnest(v_refs) r where strpos(e.facts::text, to_jsonb(r)::text) > 0)
    );
  end if;
  if line.kind in ('event', 'message', 'delivery') then
    v_messages := array(
      select unnest(v_messages)
      union
      (select m.id from outbox.messages m where m.event_id = any (v_events) order by m.id limit v_most)
    );
  end if;
  -- What the rows that changed are: links to follow.
  v_keys := array(
    select distinct on (x.key) x.key from (
      select unnest(v_keys) as key union all
      select m.record_key from outbox.messages m where m.id = any (v_messages)
    ) x limit 200
  );

  return jsonb_build_object(
    'title', v_self ->> 'title',
    'kind', line.kind,
    'id', v_self ->> 'id',
    'status', v_self ->> 'status',
    'events', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', e.id, 'provider', e.provider, 'type', e.type, 'provider_event_id', e.provider_event_id,
        'status', e.status, 'occurred_at', e.occurred_at, 'received_at', e.received_at, 'applied_at', e.applied_at,
        'error', e.error, 'facts', console.exact(e.facts),
        'caused_by', case when e.trust = 'confirmed' and e.headers = '{}' then 'asked the provider' else 'webhook' end
      ) order by e.received_at, e.id), '[]')
      from inbox.events e where e.id = any (v_events)
    ),
    'changes', (
      select coalesce(jsonb_agg(c.it order by c.sequence, c.id), '[]')
      from (
        select console.change_of(m) as it, m.sequence, m.id from outbox.messages m
        where m.id = any (v_messages) and m.payload is not null and m.replay_id is null
      ) c
      where c.it is not null
    ),
    'deliveries', (
      select coalesce(jsonb_agg(console.delivery_row(d) order by d.id), '[]')
      from (
        select x.* from outbox.deliveries x where x.message_id = any (v_messages) order by x.id limit v_most
      ) d
    ),
    'about', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', a.it ->> 'kind', 'id', a.it ->> 'id',
        'title', a.it ->> 'title', 'detail', a.it ->> 'detail', 'status', a.it ->> 'status') order by a.it ->> 'at'),
        '[]')
      from (
        select distinct console.record(case split_part(k, '/', 1) when 'orders' then 'order' when 'payments' then
          'payment' when 'checkout_sessions' then 'checkout' when 'tutoring_sessions' then 'session'
          when 'memberships' then 'membership' end, split_part(k, '/', 2)::uuid) as it
        from unnest(v_keys) k
        where k ~ '^(orders|payments|checkout_sessions|tutoring_sessions|memberships)/[0-9a-f-]{36}$'
      ) a
      where a.it is not null
    )
  );
end
$$;
comment on function console.line(text, text) is
  'All that belongs to one event, message, delivery, order, payment, checkout, session or membership: {title, kind, '
  'id, '
  'status, events, changes, deliveries, about}. The newest 500 messages and deliveries. Raises 22023 for another kind, '
  'PT404 where there is no such thing.';
