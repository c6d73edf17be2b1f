begin;
select plan(7);

create function tests.a_row(more jsonb) returns text language sql as $$
  select format(
    'insert into public.appointments (email, title, starts_at, ends_at, meet_link, calendar_event_id, note)
     select r.email, r.title, r.starts_at, r.ends_at, r.meet_link, r.calendar_event_id, r.note '
    'from jsonb_populate_record(null::public.appointments, %L) r',
    '{"email": "a@x", "title": "x", "starts_at": "2027-01-01T10:00Z", "ends_at": "2027-01-01T11:00Z"}'::jsonb || more
  )
$$;
select tests.is_refused(tests.a_row('{"ends_at": "2027-01-01T10:00Z"}'), 'an_appointment_ends_after_it_starts',
  'it ends after it starts');
select tests.is_refused(tests.a_row('{"title": " "}'), 'a_title_is_not_blank', 'it says what it is about');
select tests.is_refused(tests.a_row('{"email": null}'), 'an_appointment_is_somebodys', 'and to whom it belongs');
select tests.is_refused(tests.a_row('{"meet_link": "javascript:alert(1)"}'), 'a_link_is_https',
  'a link is one that can be clicked');
select tests.is_refused(tests.a_row(jsonb_build_object('note', repeat('x', 2001))), 'a_note_is_short',
  'a note is a note');
select lives_ok(tests.a_row('{"calendar_event_id": "e1"}'), 'the calendar''s id is not blank');
select tests.is_refused(tests.a_row('{"calendar_event_id": "e1"}'), 'a_calendar_names_an_appointment_once',
  'names one');

select * from finish();
rollback;
