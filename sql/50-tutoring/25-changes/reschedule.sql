create function tutoring.reschedule(session_id uuid, starts_at timestamptz, reason text default null, key text
  default null) returns public.tutoring_session_changes
language plpgsql
security definer -- for public.reschedule_session: the caller's role in the session is checked here
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
  v_tutor public.tutors;
  v_role public.tutoring_session_role;
  v_minutes integer;
  v_change public.tutoring_session_changes;
begin
  perform tutoring.lock_tutor(s.tutor_email) from public.tutoring_sessions s where s.id = reschedule.session_id;
  v_session := tutoring.lock_session(reschedule.session_id, reschedule.reason);
  v_role := tutoring.role_in(v_session, reschedule.reason);
  select t.* into v_tutor from public.tutors t where t.email = v_session.tutor_email;
  v_minutes := extract(epoch from v_session.ends_at - v_session.starts_at) / 60;

  -- The same call again.
  select c.* into v_change
  from public.tutoring_session_changes c
  where c.tutoring_session_id = v_session.id and c.kind = 'rescheduled'
    and case when reschedule.key is null then v_session.starts_at = reschedule.starts_at else c.key = reschedule.key end
  order by c.number desc limit 1;
  if v_change.to_starts_at = reschedule.starts_at then
    return v_change;
  elsif v_change.key is not null and reschedule.key is not null then
    raise exception 'this key was used to move the session to %', ops.iso_utc(v_change.to_starts_at)
      using errcode = 'PT409', detail = 'key_reused', hint = 'Pass a new key for another time.';
  end if;

  if v_session.status <> 'scheduled' or (v_session.starts_at <= now() and v_role <> 'admin') then
    raise exception 'this session is % and cannot be moved', case
        when v_session.status = 'scheduled' then 'under way' else v_session.status::text end
      using errcode = 'PT409', detail = 'session_over', hint = 'Book another one.';
  elsif reschedule.starts_at is null then
    raise exception 'a session is moved to another time' using errcode = '22023', detail = 'starts_at_missing',
      hint = 'Pass starts_at, one of free_times_to_move.';
  elsif reschedule.starts_at = v_session.starts_at then
    raise exception 'the session begins at % already', ops.iso_utc(v_session.starts_at)
      using errcode = 'PT409', detail = 'starts_at_unchanged', hint = 'Show the session: there is nothing to do.';
  elsif v_role = 'student' and now() > v_session.starts_at - make_interval(hours => v_tutor.reschedule_hours) then
    raise exception 'a session can be moved until % before it begins',
      tutoring.in_words(60 * v_tutor.reschedule_hours)
      using errcode = 'PT409', detail = 'too_late', hint = 'Ask the tutor, who may still move it.';
  elsif v_role <> 'admin' and (
    select count(*) from public.tutoring_session_changes c
    where c.tutoring_session_id = v_session.id and c.kind = 'rescheduled' and c.changed_as = v_role
  ) >= v_tutor.max_reschedules then
    raise exception 'a % moves a session at most %', v_role, ops.counted(v_tutor.max_reschedules, 'time')
      using errcode = 'PT409', detail = 'moved_too_often', hint = 'Cancel it, or ask an admin.';
  end if;
  if v_role <> 'admin' then
    perform tutoring.check_bookable(v_session.title, v_session.tutor_email, reschedule.starts_at, v_minutes,
      v_session.id);
  elsif reschedule.starts_at <= now() then
    raise exception 'a session is not moved to the past' using errcode = '22023', detail = 'starts_at_past',
      hint = 'Pass a later time.';
  end if;
  if tutoring.is_busy(v_session.tutor_email, reschedule.starts_at,
    reschedule.starts_at + (v_session.ends_at - v_session.starts_at), v_session.id) then
    raise exception 'the tutor is busy at %', ops.iso_utc(reschedule.starts_at)
      using errcode = 'P0001', detail = 'sold_out',
        hint = tutoring.another_time(v_session.tutor_email, reschedule.starts_at, v_minutes, v_session.id);
  end if;

  v_change := null;
  v_change.tutoring_session_id := v_session.id;
  v_change.kind := 'rescheduled';
  v_change.changed_as := v_role;
  v_change.from_starts_at := v_session.starts_at;
  v_change.to_starts_at := reschedule.starts_at;
  v_change.late := tutoring.is_late(v_session);
  v_change.reason := nullif(btrim(reschedule.reason), '');
  v_change.key := reschedule.key;
  update public.tutoring_sessions s
  set starts_at = reschedule.starts_at, ends_at = reschedule.starts_at + (s.ends_at - s.starts_at),
      -- What a calendar said before does not move it back.
      calendar_as_of = s.calendar_as_of || jsonb_build_object('starts_at', jsonb_build_array(ops.iso_utc(now()), ''))
  where s.id = v_session.id;
  return tutoring.record_change(v_change);
end
$$;
comment on function tutoring.reschedule(uuid, timestamptz, text, text) is
  'For public.reschedule_session, and for the database owner: select * from tutoring.reschedule(''<id>'', '
  '''2026-12-01T15:00:00Z'', ''why'').';
