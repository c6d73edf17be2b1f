begin;
select plan(2);

select calendar.connect();
select tests.a_lesson('lesson');
insert into public.tutor_hours (tutor_id, weekday, opens_at, closes_at, time_zone)
select t.id, 1, '09:00', '17:00', 'Europe/Berlin' from public.tutors t where t.email = 'tutor@tests.example';
-- Booked in winter time, held in summer time: 10:00 in Berlin is 08:00 UTC.
insert into public.tutoring_sessions (id, title, starts_at, ends_at, tutor_email, student_email)
values ('0198f0aa-0000-7000-8000-0000000000aa', 'In summer', timestamp '2099-07-06 10:00' at time zone 'Europe/Berlin',
  timestamp '2099-07-06 11:00' at time zone 'Europe/Berlin', 'tutor@tests.example', 'student@tests.example');
select is((select t.starts_at from calendar.task('0198f0aa-0000-7000-8000-0000000000aa') t), '2099-07-06T08:00:00.000Z',
  'the instant is sent');
select is((select t.time_zone from calendar.task('0198f0aa-0000-7000-8000-0000000000aa') t), 'Europe/Berlin',
  'and the zone that shows it as 10:00');

select * from finish();
rollback;
