create function calendar.connect(sessions boolean default true, appointments boolean default true) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_count integer;
begin
  update calendar.settings s
  set sessions = connect.sessions, appointments = connect.appointments, refused_at = null, refused_reason = null,
    token_expires_at = null
  where s.only_row;
  -- outbox.disconnect may have switched them off.
  update outbox.routes r set enabled = true
  where r.destination = 'calendar' and not r.enabled and (connect.sessions or connect.appointments);
  insert into calendar.entries (id, source)
  select s.id, 'tutoring_session' from public.tutoring_sessions s
  where connect.sessions and s.status = 'scheduled' and s.ends_at > now()
  union all
  select a.id, 'appointment' from public.appointments a
  where connect.appointments and a.status = 'confirmed' and a.ends_at > now()
  on conflict (id) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function calendar.connect(boolean, boolean) is
  'Puts tutoring sessions, confirmed appointments, or both into Google Calendar from now on: select '
  'calendar.connect(); only sessions: select calendar.connect(appointments => false); neither: select '
  'calendar.connect(false, false). Returns how many upcoming ones are put there now.';
