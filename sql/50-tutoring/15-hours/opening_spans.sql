create function tutoring.opening_spans(tutor public.tutors, "from" timestamptz, "to" timestamptz)
returns table (kind public.tutor_exception_kind, span tstzrange)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  with rules as (
    select null::public.tutor_exception_kind as kind, h.weekday, '-infinity'::date as first_day,
      'infinity'::date as last_day, h.opens_at, h.closes_at, h.time_zone
    from public.tutor_hours h
    where h.tutor_id = tutor.id
    union all
    select null, w.weekday::smallint, '-infinity', 'infinity', time '00:00', time '24:00', tutor.time_zone
    from generate_series(1, 7) w (weekday)
    where not tutoring.has_hours(tutor.id)
    union all
    select e.kind, null, e.first_day, e.last_day, coalesce(e.opens_at, '00:00'), coalesce(e.closes_at, '24:00'),
      e.time_zone
    from public.tutor_exceptions e
    where e.tutor_id = tutor.id
      and e.first_day <= (opening_spans."to" at time zone 'UTC')::date + 2
      and e.last_day >= (opening_spans."from" at time zone 'UTC')::date - 2
  ), clocks as materialized (
    select z.time_zone, o.during, o.utc_offset
    from (select distinct r.time_zone from rules r) z
    cross join lateral tutoring.utc_offsets(z.time_zone, opening_spans."from" - interval '2 days',
      opening_spans."to" + interval '2 days') o
  )
  select r.kind, s.span
  from rules r
  join clocks c on c.time_zone = r.time_zone
  cross join lateral generate_series(
    greatest(r.first_day, (opening_spans."from" at time zone 'UTC')::date - 2)::timestamp,
    least(r.last_day, (opening_spans."to" at time zone 'UTC')::date + 2)::timestamp, interval '1 day'
  ) d (day)
  -- The hours as the clocks show them, as far as they show them so: in the period of this distance from UTC.
  cross join lateral (
    select c.during * tstzrange(
      (d.day + r.opens_at - c.utc_offset) at time zone 'UTC', (d.day + r.closes_at - c.utc_offset) at time zone 'UTC'
    ) as span
  ) s
  where (r.weekday is null or r.weekday = extract(isodow from d.day)) and not isempty(s.span);
end
$$;
comment on function tutoring.opening_spans(public.tutors, timestamptz, timestamptz) is
  'When a tutor teaches, at least from two days before a period of time until two days after it. kind null: weekly '
  'hours (all day long, for a tutor without any); off and extra: exceptions. Hours are what the clocks on the wall '
  'show: an hour that summer time skips is not there, one that it repeats is there twice.';
