begin;
select plan(7);

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

select tests.booked('50 minutes', '5 minutes');
select is(tutoring.remind(), 0, 'not who booked it after the reminder was due');
select tests.booked('50 minutes', '3 days');
update public.tutoring_sessions set status = 'cancelled' where id = tests.id('session');
select is(tutoring.remind(), 0, 'not of one that is cancelled');
select tests.booked('-1 minute', '3 days');
select is(tutoring.remind(), 0, 'nor of one that has begun');
select tests.booked('23 hours', '3 days');
select is(tutoring.remind(), 1, 'reminded');
select tutoring.reschedule(tests.id('session'), now() + interval '20 hours', 'x');
select is(tutoring.remind(), 0, 'who has just moved it knows');
update public.tutoring_session_changes set created_at = now() - interval '9 days' where true;
select is(tutoring.remind(), 1, 'of the new time there is a reminder of its own');
select is(tests.reminded(), '1440 1440', 'of the same kind');

select * from finish();
rollback;
