-- Google Calendar: sessions and appointments that lie ahead, and how far their events are.

create function tests.a_coming_session(name text, starts_in interval default '2 days', student text
  default 'student@tests.example', tutor text default 'tutor@tests.example') returns void
language sql as $$
  with made as (
    insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, student_email)
    values (a_coming_session.name, now() + starts_in, now() + starts_in + interval '1 hour', tutor, student)
    returning id
  )
  select tests.remember(name, made.id::text) from made
$$;
comment on function tests.a_coming_session(text, interval, text, text) is 'A tutoring session, this long from now.';

create function tests.a_coming_appointment(name text, status text default 'confirmed', email text
  default 'student@tests.example') returns void
language sql as $$
  with made as (
    insert into public.appointments (title, starts_at, ends_at, email, status)
    values (a_coming_appointment.name, now() + interval '2 days', now() + interval '2 days 1 hour', email,
      a_coming_appointment.status::public.appointment_status)
    returning id
  )
  select tests.remember(name, made.id::text) from made
$$;

create function tests.the_entry(name text) returns calendar.entries
language sql stable as $$ select e from calendar.entries e where e.id = tests.id(the_entry.name) $$;

create function tests.the_task(name text) returns text
language sql stable as $$ select t.action from calendar.task(tests.id(the_task.name)) t $$;

create function tests.google_has(name text, link text default 'https://meet.google.com/abc-defg-hij', at integer
  default 0, version integer default null) returns boolean
language sql as $$
  select calendar.note(e.id, coalesce(google_has.version, e.version), calendar.event_id(e),
    tests.moment(at)::timestamptz, link,
    coalesce((select s.ends_at from public.tutoring_sessions s where s.id = e.id),
      (select a.ends_at from public.appointments a where a.id = e.id)))
  from calendar.entries e where e.id = tests.id(google_has.name)
$$;
comment on function tests.google_has(text, text, integer, integer) is
  'The courier notes that Google has the event. at: seconds after tests.moment(0), by Google''s clock.';

create function tests.asked_of_google(name text) returns text
language sql stable as $$
  select string_agg(d.status::text, ',' order by d.id) from outbox.deliveries d
  where d.destination = 'calendar' and d.record_key = 'entries/' || tests.id(asked_of_google.name)
$$;
comment on function tests.asked_of_google(text) is 'The deliveries about it, oldest first: "cancelled,pending".';
