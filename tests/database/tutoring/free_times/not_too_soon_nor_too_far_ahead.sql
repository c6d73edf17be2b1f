begin;
select plan(6);

select tests.a_lesson('lesson', minutes => 5);
select tests.teaches(d, '00:00', '24:00') from generate_series(1, 7) d;
update public.tutors set step_minutes = 5, notice_minutes = 120, book_ahead_days = 2
  where email = 'tutor@tests.example';
create function tests.bounds() returns tstzrange language sql as $$
  select tstzrange(min(f.starts_at), max(f.starts_at), '[]')
  from tutoring.free_times('tutor@tests.example', now() - interval '30 days', now() + interval '31 days') f
$$;
select ok(lower(tests.bounds()) >= now() + interval '2 hours', 'not sooner than the notice');
select ok(lower(tests.bounds()) < now() + interval '2 hours 5 minutes', 'and from there on');
select ok(upper(tests.bounds()) <= now() + interval '2 days', 'not later than it is booked ahead');
select ok(upper(tests.bounds()) > now() + interval '2 days' - interval '5 minutes', 'and up to there');
update public.tutors set notice_minutes = 0 where email = 'tutor@tests.example';
select ok(lower(tests.bounds()) >= now(), 'never in the past');
update public.tutors set notice_minutes = 2 * 1440 + 1 where email = 'tutor@tests.example';
select is(lower(tests.bounds()), null, 'a notice beyond all of it leaves nothing');

select * from finish();
rollback;
