create function calendar.connect(sessions boolean default true, appointments boolean default true) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_new integer;
  v_again integer;
  v_sources text[];
begin
  -- What was off: by calendar.disconnect, or by outbox.disconnect, which switches its routes off.
  select array_agg(w.source) into v_sources
  from calendar.settings s
  cross join lateral (values ('tutoring_session', s.sessions, connect.sessions),
    ('appointment', s.appointments, connect.appointments)) w (source, was_on, is_on)
  where w.is_on and (not w.was_on
    or exists (select 1 from outbox.routes r where r.destination = 'calendar' and not r.enabled));
  update calendar.settings s
  set sessions = connect.sessions, appointments = connect.appointments, refused_at = null, refused_reason = null,
    token_expires_at = null
  where s.only_row;
  update outbox.routes r set enabled = true
  where r.destination = 'calendar' and not r.enabled and (connect.sessions or connect.appointments);
  -- Of what changed meanwhile nothing was noted. Where nothing did, the job leaves the event as it is.
  update calendar.entries e set version = e.version + 1, problem = null
  where e.source = any (v_sources) and (
    e.version > e.synced_version or e.synced_until > now()
    or exists (select 1 from public.tutoring_sessions s where s.id = e.id and s.status = 'scheduled'
      and s.ends_at > now())
    or exists (select 1 from public.appointments a where a.id = e.id and a.status = 'confirmed' and a.ends_at > now())
  );
  get diagnostics v_again = row_count;
  insert into calendar.entries (id, source)
  select s.id, 'tutoring_session' from public.tutoring_sessions s
  where connect.sessions and s.status = 'scheduled' and s.ends_at > now()
  union all
  select a.id, 'appointment' from public.appointments a
  where connect.appointments and a.status = 'confirmed' and a.ends_at > now()
  on conflict (id) do nothing;
  get diagnostics v_new = row_count;
  return v_new + v_again;
end
$$;
comment on function calendar.connect(boolean, boolean) is
  'Puts tutoring sessions, confirmed appointments, or both into Google Calendar from now on: select '
  'calendar.connect(); only sessions: select calendar.connect(appointments => false); neither: select '
  'calendar.connect(false, false). Returns how many are written there now: the upcoming ones, and those that Google '
  'may have otherwise since it was off.';
