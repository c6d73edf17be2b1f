create function tutoring.free_times(
  tutor_email text, "from" timestamptz, "to" timestamptz, minutes integer default null,
  except_session uuid default null
) returns table (starts_at timestamptz)
language plpgsql stable
security definer -- for public.free_times: strangers see when a tutor is free, and nobody's sessions
set search_path = ''
as $$
declare
  v_tutor public.tutors;
  v_minutes integer;
  v_break interval;
begin
  select t.* into v_tutor from public.tutors t where t.email = lower(free_times.tutor_email);
  if not found then
    raise exception 'there is no tutor %', free_times.tutor_email using errcode = 'PT404', detail = 'tutor_unknown',
      hint = 'select email from public.tutors; a tutor is added with the first product that names tutor_email.';
  elsif free_times."from" is null or free_times."to" is null or not isfinite(free_times."from")
    or not isfinite(free_times."to") or free_times."from" > free_times."to" then
    raise exception 'free times are listed from a time until a later one' using errcode = '22023',
      detail = 'range_invalid', hint = 'Pass from and to, such as 2026-12-01T00:00:00Z and 2026-12-08T00:00:00Z.';
  elsif free_times."to" - free_times."from" > interval '62 days' then
    raise exception 'free times are listed for at most 62 days' using errcode = '22023', detail = 'range_invalid',
      hint = 'Ask for a shorter time, then for the next.';
  elsif free_times.minutes not between 5 and 1440 then
    raise exception 'a session lasts from 5 minutes to a day, not %', tutoring.in_words(free_times.minutes)
      using errcode = '22023', detail = 'range_invalid', hint = 'Pass products.session_minutes.';
  end if;
  v_minutes := coalesce(free_times.minutes, (
    select max(p.session_minutes) from public.products p where p.tutor_id = v_tutor.id and p.active
  ), 60);
  v_break := make_interval(mins => v_tutor.break_minutes);

  return query
  with busy as materialized (
    select coalesce(range_agg(tstzrange(b.starts_at - v_break, b.ends_at + v_break)), '{}') as spans
    from tutoring.busy_spans(v_tutor.email, free_times."from" - v_break,
      free_times."to" + make_interval(mins => v_minutes) + v_break, free_times.except_session) b
  )
  select o.starts_at
  from tutoring.offered_times(v_tutor, free_times."from", free_times."to", v_minutes) o
  where not tstzrange(o.starts_at, o.ends_at) && (select b.spans from busy b)
  order by o.starts_at;
end
$$;
comment on function tutoring.free_times(text, timestamptz, timestamptz, integer, uuid) is
  'When a session with a tutor may begin, from a moment on and before another, at most 62 days later: select * from '
  'tutoring.free_times(''tutor@example.com'', now(), now() + interval ''7 days''). Left out is what is booked, held '
  'for an unpaid checkout, off, too soon (tutors.notice_minutes) or too far ahead (book_ahead_days). minutes: how long '
  'the session lasts; null: as the longest on sale. except_session: a session that is to be moved, and takes no time '
  'itself. A time that is listed can be booked; of a tutor with hours, no other can. Raises 22023 range_invalid, PT404 '
  'tutor_unknown.';
