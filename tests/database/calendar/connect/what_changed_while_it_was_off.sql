begin;
select plan(10);

select calendar.connect();
select tests.a_coming_session('moved'), tests.a_coming_session('cancelled'), tests.a_coming_session('unsent'),
  tests.a_coming_session('over', interval '-2 days'), tests.a_coming_session('stays');
select tests.a_coming_appointment('talk');
select tests.google_has(g) from unnest('{moved,cancelled,stays,talk}'::text[]) g;
update public.tutoring_sessions s set starts_at = s.starts_at - interval '9 days', ends_at = s.ends_at - interval
  '9 days' where s.id = tests.id('stays');
select tests.google_has('stays');
update calendar.entries e set synced_until = now() - interval '7 days' where e.id = tests.id('stays');
select calendar.disconnect('We use another calendar.');
update public.tutoring_sessions s set starts_at = s.starts_at + interval '1 day', ends_at = s.ends_at + interval '1 day'
  where s.id = tests.id('moved');
update public.tutoring_sessions s set status = 'cancelled' where s.id = tests.id('cancelled');
create function tests.versions(name text) returns integer language sql as $$
  select (tests.the_entry(versions.name)).version - (tests.the_entry(versions.name)).synced_version
$$;
select is(tests.versions('moved') || ' ' || tests.versions('cancelled'), '0 0', 'while it is off nothing is asked');
select is(calendar.connect(appointments => false), 3, 'what is written to it now');
select is(tests.versions('moved'), 1, 'a session that was moved');
select is(tests.the_task('moved'), 'keep', 'is moved there');
select is(tests.versions('cancelled'), 1, 'one that was cancelled');
select is(tests.the_task('cancelled'), 'remove', 'is removed there');
select matches(tests.asked_of_google('unsent'), '^cancelled,pending$', 'one whose first delivery was cancelled');
select is(tests.versions('stays') || ' ' || tests.versions('talk'), '0 0', 'not one that is over, nor what stays off');
select is(calendar.connect(appointments => false), 0, 'nothing is asked twice');

select outbox.disconnect('calendar', 'Its deliveries alone.');
update public.tutoring_sessions s set status = 'scheduled' where s.id = tests.id('cancelled');
select calendar.connect(appointments => false);
select matches(tests.asked_of_google('cancelled'), 'pending$', 'also what changed while its deliveries were off');

select * from finish();
rollback;
