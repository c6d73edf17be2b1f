begin;
select plan(7);

select tests.a_lesson('lesson', minutes => 30);
update public.tutors set time_zone = 'Europe/Berlin', book_ahead_days = 730 where email = 'tutor@tests.example';
-- The next day on which 02:00 to 03:00 does not exist in Berlin, and the next on which it comes twice.
create function tests.change(to_hours integer) returns timestamptz language sql stable as $$
  select min(lower(o.during)) from tutoring.utc_offsets('Europe/Berlin', now() + interval '2 days',
    now() + interval '400 days') o
  where o.utc_offset = make_interval(hours => to_hours) and lower(o.during) > now() + interval '2 days'
$$;
create function tests.clocks(to_hours integer) returns text language sql stable as $$
  select string_agg(to_char(f.starts_at at time zone 'Europe/Berlin', 'HH24:MI'), ' ' order by f.starts_at)
  from tutoring.free_times('tutor@tests.example', tests.change(to_hours) - interval '4 hours',
    tests.change(to_hours) + interval '8 hours') f
$$;
-- Sunday in Berlin.
select tests.teaches(7, '01:00', '04:00', 'Europe/Berlin');
select is(tests.clocks(2), '01:00 01:30 03:00 03:30', 'summer: there is no half past two');
select is(tests.clocks(1), '01:00 01:30 02:00 02:30 02:00 02:30 03:00 03:30', 'winter: there are two');
update public.tutor_hours set opens_at = '02:30', closes_at = '04:00' where true;
select is(tests.clocks(2), '03:00 03:30', 'who opens at a time that is not there opens when it is over');
select is(tests.clocks(1), '02:30 02:30 03:00 03:30', 'who opens at a time that comes twice opens twice');
update public.tutor_hours set opens_at = '02:00', closes_at = '03:00' where true;
select is(tests.clocks(2), null, 'hours that are not there');
select is((select count(distinct f.starts_at)::integer from tutoring.free_times('tutor@tests.example',
  tests.change(1) - interval '4 hours', tests.change(1) + interval '8 hours') f), 4, 'hours that come twice');
select is(
  (select string_agg(tests.refusal(format('select commerce.open_checkout(''a@tests.example'', %L)',
    jsonb_build_array(jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', ops.iso_utc(s.at))))), ', '
    order by s.at)
    from generate_series(tests.change(1) - interval '2 hours', tests.change(1) + interval '1 hour', '30 minutes')
      s (at)),
  'P0001 not_bookable, P0001 not_bookable, taken, taken, taken, taken, P0001 not_bookable',
  'each of them can be bought, and no other'
);

select * from finish();
rollback;
