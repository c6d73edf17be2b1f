create function inbox.newer_calendar_columns(as_of jsonb, fact jsonb) returns jsonb
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_said jsonb := jsonb_build_object(
    'calendar_event_id', fact -> 'provider_ref', 'status', fact -> 'status', 'meet_link', fact -> 'meet_link',
    'starts_at', case when fact ->> 'starts_at' is not null then
      jsonb_build_array(fact -> 'starts_at', fact -> 'ends_at') end
  );
  v_parts text[] := inbox.newer_parts(as_of, v_said, fact ->> 'occurred_at');
  v_columns jsonb;
begin
  select jsonb_object_agg(p.part, v_said -> p.part) || jsonb_build_object(
    'calendar_as_of',
    as_of || jsonb_object_agg(p.part, jsonb_build_array(fact -> 'occurred_at', md5((v_said -> p.part)::text)))
  ) into v_columns
  from unnest(v_parts) as p (part);
  -- When it begins and when it ends is one part.
  if 'starts_at' = any (v_parts) then
    v_columns := v_columns || jsonb_build_object('starts_at', fact -> 'starts_at', 'ends_at', fact -> 'ends_at');
  end if;
  return v_columns;
end
$$;
comment on function inbox.newer_calendar_columns(jsonb, jsonb) is
  'What calendar.changed sets, by column, on a session or appointment whose calendar_as_of is given: each part of it '
  '(id, time, status, link) that is newer, and the calendar_as_of that follows. status is the calendar''s word. Null '
  'when nothing is newer.';
