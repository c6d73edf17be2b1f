create function calendar.note(
  entry_id uuid, version integer, event_id text, event_updated timestamptz, meet_link text, ends_at timestamptz,
  problem text default null
) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_entry calendar.entries;
  v_fact jsonb;
begin
  select e.* into v_entry from calendar.entries e where e.id = note.entry_id;
  if note.event_id is not null then
    v_fact := jsonb_build_object(
      case v_entry.source when 'appointment' then 'appointment_id' else 'session_id' end, v_entry.id,
      'provider_ref', note.event_id, 'meet_link', note.meet_link, 'occurred_at', ops.iso_utc(note.event_updated)
    );
    -- The row first, then its entry: the order in which calendar.want locks them.
    if exists (select 1 from public.tutoring_sessions s where s.id = v_entry.id) then
      perform tutoring.apply_calendar_change(v_fact);
    elsif exists (select 1 from public.appointments a where a.id = v_entry.id) then
      perform learning.apply_calendar_change(v_fact);
    end if;
  end if;
  update calendar.entries e
  set synced_version = note.version,
      synced_until = note.ends_at,
      left_out = case when note.event_id is null then '{}'::text[]
        else array(select p.role from calendar.people(e) p where p.email is null order by 1) end,
      conference_asked_at = case
        when note.event_id is not null and note.meet_link is null and note.problem is null
        then coalesce(e.conference_asked_at, now())
      end,
      problem = note.problem
  where e.id = note.entry_id and e.synced_version <= note.version;
  update calendar.settings s set refused_at = null, refused_reason = null where s.refused_at is not null;
  return exists (select 1 from calendar.entries e where e.id = note.entry_id and e.version = note.version);
end
$$;
comment on function calendar.note(uuid, integer, text, timestamptz, text, timestamptz, text) is
  'Records that Google has a version of an entry: the event''s id and link go to the session or appointment, unless '
  'the calendar''s own later change (event_updated, by Google''s clock) set others. event_id null: the event was '
  'removed. ends_at: when the event ends. May be repeated; an older version changes nothing of the entry. Returns '
  'false when there is a newer version to bring to Google.';
