create function outbox.check_replay(destination text, filter jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_known constant jsonb := '{
    "everything": "true", "types": "a list of types", "since": "a time", "until": "a time", "record_key": "a text",
    "message_ids": "a list of ids",
    "status": "a list of delivered, dead, cancelled", "from_destination": "a destination"
  }';
  v_destination outbox.destinations;
  v_member record;
  v_fits boolean;
begin
  select d.* into v_destination from outbox.destinations d where d.name = check_replay.destination;
  if not found then
    raise exception 'there is no destination %', coalesce(check_replay.destination, '(null)')
      using hint = 'select name from outbox.destinations';
  end if;
  if not v_destination.replayable then
    raise exception 'nothing is replayed to %: its adapter % does the work itself',
      check_replay.destination, v_destination.adapter
      using hint = 'Bring single deliveries back with outbox.retry(<delivery id>).';
  end if;
  if jsonb_typeof(filter) is distinct from 'object' or filter = '{}' then
    raise exception 'an empty filter replays nothing' using errcode = '22023',
      hint = 'To mean all messages, say {"everything": true}.';
  end if;

  for v_member in select f.key, f.value from jsonb_each(filter) f loop
    if not v_known ? v_member.key then
      raise exception 'there is no filter %', v_member.key
        using errcode = '22023', hint = 'Known: ' || (select string_agg(k, ', ') from jsonb_object_keys(v_known)
          k) || '.';
    end if;
    begin
      v_fits := case
        when v_member.key = 'everything' then v_member.value = 'true'
        when v_member.key in ('types', 'message_ids', 'status') then
          jsonb_typeof(v_member.value) = 'array' and v_member.value <> '[]'
          and not exists (select 1 from jsonb_array_elements(v_member.value) e where jsonb_typeof(e.value) <> 'string')
          and case v_member.key
            when 'message_ids' then (select count(replace(e.value, 'msg_', '')::uuid)
              from jsonb_array_elements_text(v_member.value) e (value)) > 0
            when 'status' then v_member.value <@ '["delivered", "dead", "cancelled"]'
            else true
          end
        when jsonb_typeof(v_member.value) <> 'string' then false
        when v_member.key in ('since', 'until') then (v_member.value #>> '{}')::timestamptz is not null
        when v_member.key = 'from_destination' then exists (select 1 from outbox.destinations d
          where d.name = v_member.value #>> '{}')
        else true
      end;
    exception when data_exception then
      v_fits := false;
    end;
    if not v_fits then
      raise exception 'the filter % cannot be %', v_member.key, v_member.value
        using errcode = '22023', hint = format('It takes %s.', v_known ->> v_member.key);
    end if;
  end loop;
end
$$;
comment on function outbox.check_replay(text, jsonb) is
  'Refuses an invalid replay: an unknown destination, one that does work, an empty filter, members that outbox.replay '
  'does not know.';
