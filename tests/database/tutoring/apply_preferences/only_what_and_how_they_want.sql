begin;
select plan(10);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example');
create function tests.wants(who text, in_app boolean, by_email boolean) returns void language sql as $$
  insert into public.notification_preferences (user_id, kind, in_app, by_email)
  values (tests.user_id(who), 'recap_ready', in_app, by_email)
  on conflict (user_id, kind) do update set in_app = excluded.in_app, by_email = excluded.by_email
$$;
create function tests.mails(ref text) returns text language sql as $$
  select string_agg(m.payload::jsonb -> 'data' ->> 'email', ' ') from outbox.messages m
  where m.type = 'notification.created'
    and m.payload::jsonb -> 'data' ->> 'session_recap_id' = (tests.the_recap(ref)).id::text
$$;
create function tests.broadcasts() returns bigint language sql as $$
  select count(*) from realtime.messages m where m.payload ->> 'table' = 'notifications'
    and m.topic = 'user:' || tests.user_id('student@tests.example')
$$;
select tests.a_session('lesson');

select tests.wants('student@tests.example', true, false), tests.wants('tutor@tests.example', false, false);
select tests.receive(tests.fact_meeting('rec_1') || tests.a_summary());
select is(tests.notified('rec_1'), 'student@tests.example', 'who wants none has none');
select is(tests.by('student@tests.example', 'select 1 from public.notifications'), '1', 'in the app');
select is(tests.mails('rec_1'), null, 'without an e-mail');
select is((select m.payload::jsonb -> 'data' -> 'write_to' from outbox.messages m where m.type = 'recap.created'), '[]',
  'nor is one asked for elsewhere');
select is(tests.broadcasts(), 1::bigint, 'the app is told at once');

select tests.wants('student@tests.example', false, true);
select tests.receive(tests.fact_meeting('rec_2') || tests.a_summary() || jsonb_build_object('started_at',
  tests.moment(2000), 'ended_at', tests.moment(3000)));
select is(tests.mails('rec_2'), 'student@tests.example', 'by e-mail');
select is(tests.by('student@tests.example', 'select 1 from public.notifications'), '1', 'and not in the app');
select is(tests.by('student@tests.example', 'update public.notifications set read_at = now()'), '1',
  'what is not shown is not marked');
select is((select m.payload::jsonb -> 'data' -> 'write_to' from outbox.messages m where m.type = 'recap.created'
  order by m.id desc limit 1), '["student@tests.example"]', 'it is asked for elsewhere');
select results_eq($$ select n.in_app, n.by_email from public.notifications n order by n.id $$,
  $$ values (true, false), (false, true) $$, 'each is as it was wanted then');

select * from finish();
rollback;
