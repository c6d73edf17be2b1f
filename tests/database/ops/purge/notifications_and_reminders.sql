begin;
select plan(4);

select tests.create_user('student@tests.example');
insert into public.notifications (id, user_id, kind, title) values
  (ops.uuid7_at(now() - interval '401 days'), tests.user_id('student@tests.example'), 'session_reminder', 'old'),
  (ops.uuid7(), tests.user_id('student@tests.example'), 'session_reminder', 'new');
select is(ops.purge('notifications', 100), 1, 'an old notification is removed');
select is((select n.title from public.notifications n), 'new', 'and no younger one');

select tests.a_session('lesson');
insert into public.session_reminders (id, tutoring_session_id, starts_at, minutes_before) values
  (ops.uuid7_at(now() - interval '401 days'), tests.id('lesson'), now() - interval '401 days', 60),
  (ops.uuid7_at(now() - interval '402 days'), tests.id('lesson'), now() + interval '1 day', 60),
  (ops.uuid7(), tests.id('lesson'), now() - interval '400 days', 1440);
select is(ops.purge('session reminders', 100), 1, 'so is an old reminder');
select is((select string_agg(r.minutes_before || ' ' || (r.starts_at > now()), ', ' order by r.id)
  from public.session_reminders r), '60 true, 1440 false', 'none of a session to come, and no younger one');

select * from finish();
rollback;
