create function tutoring.times_of_session(session_id uuid, "from" timestamptz, "to" timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz)
language plpgsql stable
security definer -- for public.free_times_to_move: who may ask is checked here
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
begin
  select s.* into v_session from public.tutoring_sessions s where s.id = times_of_session.session_id;
  if v_session.id is null or tutoring.role_in(v_session) is null then
    raise exception 'there is no tutoring session % of yours', times_of_session.session_id
      using errcode = 'PT404', detail = 'session_unknown', hint = 'Read tutoring_sessions again.';
  elsif not exists (select 1 from public.tutors t where t.email = v_session.tutor_email) then
    return;
  end if;
  return query
  select f.starts_at, f.starts_at + (v_session.ends_at - v_session.starts_at)
  from tutoring.free_times(v_session.tutor_email, times_of_session."from", times_of_session."to",
    (extract(epoch from v_session.ends_at - v_session.starts_at) / 60)::integer, v_session.id) f
  where f.starts_at <> v_session.starts_at
  order by 1;
end
$$;
comment on function tutoring.times_of_session(uuid, timestamptz, timestamptz) is
  'For public.free_times_to_move: see there.';
