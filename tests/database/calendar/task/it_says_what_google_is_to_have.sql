begin;
select plan(7);

select calendar.connect();
select tests.a_lesson('lesson');
insert into public.tutor_hours (tutor_id, weekday, opens_at, closes_at, time_zone)
select t.id, 1, '09:00', '17:00', 'Europe/Berlin' from public.tutors t where t.email = 'tutor@tests.example';
select tests.a_coming_session('lesson');
create temporary table task as select t.* from calendar.task(tests.id('lesson')) t;
select is((select t.action from task t), 'keep', 'an event');
select is((select t.starts_at from task t),
  ops.iso_utc((select s.starts_at from public.tutoring_sessions s where s.id = tests.id('lesson'))),
  'at the instant that was booked');
select is((select t.time_zone from task t), 'Europe/Berlin', 'in the tutor''s time zone');
select is((select t.emails from task t), '["student@tests.example", "tutor@tests.example"]', 'with both');
select is((select t.event_id from task t), replace(tests.id('lesson')::text, '-', ''), 'under an id of its own');
select ok((select not t.known from task t), 'which is not known to be there');
select tests.google_has('lesson');
select ok((select t.known from calendar.task(tests.id('lesson')) t), 'until Google has it');

select * from finish();
rollback;
