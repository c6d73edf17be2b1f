begin;
select plan(9);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example');
select tests.a_lesson('lesson');
create function tests.booked(starts_in interval, booked_ago interval) returns void language sql as $$
  with made as (
    insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, student_email, created_at)
    values ('Lesson', now() + starts_in, now() + starts_in + interval '1 hour', 'tutor@tests.example',
      'student@tests.example', now() - booked_ago)
    returning id
  )
  select tests.remember('session', made.id::text) from made
$$;
create function tests.reminded() returns text language sql as $$
  select string_agg(r.minutes_before::text, ' ' order by r.minutes_before)
  from public.session_reminders r where r.tutoring_session_id = tests.id('session')
$$;

select tests.booked('24 hours 1 minute', '3 days');
select is(tutoring.remind(), 0, 'not sooner');
update public.tutoring_sessions set starts_at = now() + interval '24 hours' where id = tests.id('session');
select is(tutoring.remind(), 1, 'a day before');
select is(tutoring.remind(), 0, 'once');
select is((select string_agg(distinct n.kind, ' ') || ' ' || count(*) from public.notifications n
  where n.tutoring_session_id = tests.id('session')), 'session_reminder 2', 'both are notified');
select is((select count(*)::integer from outbox.messages m where m.type = 'tutoring_session.reminder'
  and m.payload::jsonb -> 'data' @> '{"minutes_before": 1440, "title": "Lesson", "tutor_email": "tutor@tests.example",
  "student_email": "student@tests.example"}'), 1, 'and make.com writes to both');
select tests.booked('1 hour', '3 days');
select is(tutoring.remind(), 1, 'an hour before');
select is(tests.reminded(), '60', 'where cron was away, the last alone');
update public.tutors set reminder_minutes = '{15}' where email = 'tutor@tests.example';
select tests.booked('20 minutes', '3 days');
select is(tutoring.remind(), 0, 'by the tutor''s setting');
update public.tutors set reminder_minutes = '{}' where email = 'tutor@tests.example';
select tests.booked('10 minutes', '3 days');
select is(tutoring.remind(), 0, 'which may be none');

select * from finish();
rollback;
