create function tutoring.is_bookable(tutor_email text, starts_at timestamptz, ends_at timestamptz) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_open tstzmultirange;
begin
  if not exists (
    select 1 from public.tutor_hours h join public.tutors t on t.id = h.tutor_id
    where t.email = is_bookable.tutor_email
  ) then
    return true;
  end if;
  -- The hours of the days around it as spans of time: those that touch become one.
  select range_agg(tstzrange(s.opens, s.closes)) into v_open
  from public.tutor_hours h
  join public.tutors t on t.id = h.tutor_id
  cross join generate_series(-1, 2) d (days)
  cross join lateral (select (is_bookable.starts_at at time zone h.time_zone)::date + d.days as day) l
  cross join lateral (
    select (l.day + h.opens_at) at time zone h.time_zone as opens, (l.day + h.closes_at) at time zone h.time_zone
    as closes
  ) s
  where t.email = is_bookable.tutor_email and h.weekday = extract(isodow from l.day)
    -- Where summer time begins, an hour is missing.
    and s.opens < s.closes;
  return coalesce(v_open @> tstzrange(is_bookable.starts_at, is_bookable.ends_at), false);
end
$$;
comment on function tutoring.is_bookable(text, timestamptz, timestamptz) is
  'Whether a session lies within the hours of its tutor (public.tutor_hours). True for a tutor without hours.';
