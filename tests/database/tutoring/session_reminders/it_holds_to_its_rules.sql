begin;
select plan(3);

select tests.a_session('lesson');
create function tests.a_row(minutes integer, session uuid default tests.id('lesson')) returns text language sql as $$
  select format('insert into public.session_reminders (tutoring_session_id, starts_at, minutes_before) values (%L, %L,
    %s)', session, tests.moment(), minutes)
$$;
select tests.is_refused(tests.a_row(0), 'a_reminder_is_before_the_session', 'before it begins');
select tests.is_refused(tests.a_row(60, gen_random_uuid()), 'a_reminder_is_of_a_session', 'of a session');
insert into public.session_reminders (tutoring_session_id, starts_at, minutes_before)
values (tests.id('lesson'), tests.moment()::timestamptz, 60);
select tests.is_refused(tests.a_row(60), 'people_are_reminded_once', 'once');

select * from finish();
rollback;
