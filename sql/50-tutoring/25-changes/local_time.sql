create function tutoring.local_time(session public.tutoring_sessions, moment timestamptz) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_zone text := coalesce((select t.time_zone from public.tutors t where t.email = session.tutor_email), 'UTC');
begin
  return format('%s (%s)', to_char(moment at time zone v_zone, 'YYYY-MM-DD HH24:MI'), v_zone);
end
$$;
comment on function tutoring.local_time(public.tutoring_sessions, timestamptz) is
  'A time as the tutor''s clock shows it: "2026-12-01 15:00 (Africa/Douala)". For notifications; apps show starts_at '
  'in the time zone of their user.';
