begin;
select plan(13);

select tests.a_lesson('lesson', 'tutor@tests.example');
create function tests.hours(weekday integer, opens_at time, closes_at time, time_zone text default 'Europe/Berlin')
  returns void language sql as $$
  insert into public.tutor_hours (tutor_id, weekday, opens_at, closes_at, time_zone)
  select t.id, hours.weekday, hours.opens_at, hours.closes_at, hours.time_zone from public.tutors t
  where t.email = 'tutor@tests.example'
$$;
create function tests.bookable(starts_at timestamptz, minutes integer default 60) returns boolean language sql as $$
  select tutoring.is_bookable('tutor@tests.example', starts_at, starts_at + make_interval(mins => minutes))
$$;

-- 2027-01-04 is a Monday.
select ok(tests.bookable('2027-01-04T03:00:00Z'), 'without hours at any time');
select tests.hours(1, '09:00', '12:00');
select ok(tests.bookable('2027-01-04T08:00:00Z'), 'from the first minute on, in local time');
select ok(tests.bookable('2027-01-04T10:00:00Z'), 'to the last');
select ok(not tests.bookable('2027-01-04T07:59:00Z'), 'not sooner');
select ok(not tests.bookable('2027-01-04T10:01:00Z'), 'nor beyond the end');
select ok(not tests.bookable('2027-01-05T08:00:00Z'), 'on no other day');
select ok(tests.bookable('2027-07-05T07:00:00Z'), 'summer time moves them with the clock on the wall');
select ok(not tests.bookable('2027-07-05T10:00:00Z'), 'at both ends');
select tests.hours(1, '12:00', '15:00');
select ok(tests.bookable('2027-01-04T10:30:00Z'), 'hours that touch are one span');
select tests.hours(5, '22:00', '24:00', 'UTC'), tests.hours(6, '00:00', '02:00', 'UTC');
select ok(tests.bookable('2027-01-08T23:30:00Z'), 'also over midnight');
select ok(tutoring.is_bookable('other@tests.example', '2027-01-05T03:00:00Z', '2027-01-05T04:00:00Z'),
  'another tutor''s hours say nothing');
-- On 2027-03-28 there is no time from 02:00 to 03:00 in Berlin.
select tests.hours(7, '02:30', '03:10');
select ok(not tests.bookable('2027-03-28T00:30:00Z', 5), 'hours that a summer time swallows do no harm');
select ok(tests.bookable('2027-03-28T01:00:00Z', 10), 'what it leaves of them holds');

select * from finish();
rollback;
