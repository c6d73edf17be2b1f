create function tutoring.utc_offsets(time_zone text, "from" timestamptz, "to" timestamptz)
returns table (during tstzrange, utc_offset interval)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  with noons as (
    select n.at, (n.at at time zone utc_offsets.time_zone) - (n.at at time zone 'UTC') as shift
    from generate_series(
      date_bin('24 hours', utc_offsets."from", '2000-01-01Z') - interval '24 hours',
      utc_offsets."to" + interval '48 hours', interval '24 hours'
    ) n (at)
  ), pairs as (
    select n.at, n.shift, lead(n.at) over w as next_at, lead(n.shift) over w as next_shift from noons n
    window w as (order by n.at)
  ), beginnings as (
    (select '-infinity'::timestamptz as at, p.shift from pairs p order by p.at limit 1)
    union all
    -- Clocks are changed at a quarter of an hour of UTC, and not twice in a day.
    select (
      select min(q.at) from generate_series(p.at, p.next_at, interval '15 minutes') q (at)
      where (q.at at time zone utc_offsets.time_zone) - (q.at at time zone 'UTC') = p.next_shift
    ), p.next_shift
    from pairs p where p.next_shift <> p.shift
  )
  select tstzrange(b.at, lead(b.at) over (order by b.at)), b.shift from beginnings b;
end
$$;
comment on function tutoring.utc_offsets(text, timestamptz, timestamptz) is
  'How far the clocks of a time zone are ahead of UTC, around a period of time: one row, and one more for each change '
  'to or from summer time. Local times that a change skips are in none of them; those that it repeats are in two.';
