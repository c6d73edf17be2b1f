begin;
select plan(3);

select tests.a_lesson('lesson', minutes => 50);
select tests.teaches(1, '09:10', '12:00', 'Africa/Douala'), tests.teaches(1, '12:00', '13:35', 'Africa/Douala'),
  tests.teaches(1, '23:00', '24:00', 'Africa/Douala'), tests.teaches(2, '00:00', '00:30', 'Africa/Douala');
update public.tutors set step_minutes = 25 where email = 'tutor@tests.example';
insert into public.tutor_exceptions (tutor_id, kind, first_day, opens_at, closes_at, time_zone)
select t.id, 'off', tests.next_monday()::date, '11:00', '11:20', 'UTC' from public.tutors t;
create temporary table minutes as
select m.at,
  tests.refusal(format('select tutoring.check_bookable(''x'', ''tutor@tests.example'', %L, 50)', m.at)) as answer
from generate_series(tests.next_monday() - interval '2 hours', tests.next_monday('23:59') + interval '2 hours',
  interval '5 minutes') m (at);
create temporary table listed as
select f.starts_at from tutoring.free_times('tutor@tests.example', tests.next_monday() - interval '2 hours',
  tests.next_monday('23:59') + interval '2 hours') f;
select set_eq($$ select m.at from minutes m where m.answer = 'taken' $$, $$ select l.starts_at from listed l $$,
  'the same times');
select is((select count(*)::integer from listed), 8, 'some of them');
select is((select string_agg(distinct m.answer, ' ' order by m.answer) from minutes m), 'P0001 not_bookable taken',
  'all others are refused by name');

select * from finish();
rollback;
