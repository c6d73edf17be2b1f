create function outbox.to_replay(destination text, filter jsonb)
returns table (message_id uuid, sequence bigint, type text, record_key text, created_at timestamptz)
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_custom_plan -- a filter that is not given costs nothing
as $$
#variable_conflict use_column
declare
  v_since timestamptz := coalesce(filter ->> 'since', '-infinity');
  v_until timestamptz := coalesce(filter ->> 'until', 'infinity');
  v_from uuid := case when filter ? 'since' then ops.uuid7_at(v_since) end;
  v_types text[] := (select array_agg(e.value) from jsonb_array_elements_text(filter -> 'types') e (value));
  v_ids uuid[] := (select array_agg(replace(e.value, 'msg_', '')::uuid)
    from jsonb_array_elements_text(filter -> 'message_ids') e (value));
  v_status outbox.delivery_status[] := (select array_agg(e.value::outbox.delivery_status)
    from jsonb_array_elements_text(filter -> 'status') e (value));
  v_record_key text := filter ->> 'record_key';
  v_source text := filter ->> 'from_destination';
begin
  return query
    select m.id, m.sequence, m.type, m.record_key, m.created_at
    from outbox.messages m
    left join outbox.deliveries own on own.message_id = m.id and own.destination = to_replay.destination
    left join outbox.deliveries source on source.message_id = m.id and source.destination = coalesce(v_source,
      to_replay.destination)
    where (v_from is null or m.id >= v_from) -- ids are in order of time
      and m.created_at >= v_since
      and m.created_at < v_until
      and (v_ids is null or m.id = any (v_ids))
      and (v_types is null or m.type = any (v_types))
      and (v_record_key is null or m.record_key = v_record_key)
      -- A copy is sent again only by its id; else each replay would double the next.
      and (m.replay_id is null or v_ids is not null)
      -- Waiting messages are sent anyway. Cancelled ones stay cancelled, unless the filter asks for them.
      and (own.status is null or own.status not in ('pending', 'sending'))
      and (own.status is distinct from 'cancelled' or v_ids is not null or 'cancelled' = any (v_status))
      and case
        when v_status is not null then source.status = any (v_status)
        when v_source is not null then source.id is not null
        else own.id is not null or exists (
          select 1 from outbox.routes r
          where r.destination = to_replay.destination and r.enabled
            and case
              when m.payload is null then r.provider = split_part(m.record_key, '/', 1) and m.type = any (r.event_types)
              else r.message_type = m.type
            end
        )
      end;
end
$$;
comment on function outbox.to_replay(text, jsonb) is
  'The messages that a replay sends: those the destination got (or, with from_destination, that one), and, if no '
  'status is given, those its enabled routes name today by their type.';
