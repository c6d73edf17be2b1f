begin;
select plan(3);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example'),
  tests.create_user('other@tests.example'), tests.an_admin('admin@tests.example');
select tests.a_lesson('lesson');

select tests.a_paid_lesson('hour', now() + interval '3 days');
create function tests.calendar(said_at timestamptz, at timestamptz) returns void language sql as $$
  select tutoring.apply_calendar_change(jsonb_build_object('type', 'calendar.changed', 'occurred_at',
    ops.iso_utc(said_at), 'session_id', tests.id('session'), 'provider_ref', 'event_1', 'status', null, 'meet_link',
    null, 'starts_at', ops.iso_utc(at), 'ends_at', ops.iso_utc(at + interval '1 hour')))
$$;
select is(tests.moves('student@tests.example', now() + interval '4 days'), 'student 1', 'moved in the app');
select tests.calendar(now() - interval '1 minute', now() + interval '3 days');
select is((tests.the_session('session')).starts_at, now() + interval '4 days', 'what the calendar said before is old');
select tests.calendar(now() + interval '1 minute', now() + interval '5 days');
select is((tests.the_session('session')).starts_at, date_trunc('milliseconds', now() + interval '5 days'),
  'what it says after that counts');

select * from finish();
rollback;
