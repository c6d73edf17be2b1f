begin;
select plan(10);

select calendar.connect();
select tests.a_coming_session('lesson');
update calendar.settings s set refused_at = now(), refused_reason = 'Google refuses.' where s.only_row;
select is((select a.why from ops.attention a where a.what = 'calendar not connected'),
  'Google refuses. 1 session or appointment waits for it.', 'a refusal, and what waits');
select tests.a_coming_session('another', '3 days');
select is((select a.why from ops.attention a where a.what = 'calendar not connected'),
  'Google refuses. 2 sessions and appointments wait for it.', 'how many');
create function tests.seen(what text) returns text language sql stable as $$
  select a.remedy from ops.attention a where a.what = seen.what and a.id = tests.id('lesson')::text
$$;
select calendar.note(tests.id('lesson'), 1, 'abcdef', now(), null, now() + interval '2 days', 'No link was made.');
select matches(tests.seen('session without a link'), 'select calendar\.sync\(', 'a session without a link');
update public.tutoring_sessions s set meet_link = 'https://meet.example/1' where s.id = tests.id('lesson');
select is(tests.seen('session without a link'), null, 'until it has one');

update public.tutoring_sessions s set student_email = '' where s.id = tests.id('lesson');
select tests.google_has('lesson');
select matches(tests.seen('calendar invitation incomplete'), 'set student_email = ', 'a student who is not invited');
update public.tutoring_sessions s set student_email = 'student@tests.example' where s.id = tests.id('lesson');
select tests.google_has('lesson');
select is(tests.seen('calendar invitation incomplete'), null, 'until the student is');

select calendar.sync(tests.id('lesson'));
alter table calendar.entries disable trigger touch;
update calendar.entries e set updated_at = now() - interval '1 hour' where e.id = tests.id('lesson');
select is(tests.seen('session not in the calendar'), null, 'a delivery is under way');
select outbox.cancel(d.id, reason => 'by mistake') from outbox.deliveries d
where d.destination = 'calendar' and d.status = 'pending' and d.record_key = 'entries/' || tests.id('lesson');
select isnt(tests.seen('session not in the calendar'), null, 'none is');
select lives_ok($$ select calendar.sync(tests.id('lesson')) $$, 'the remedy');
alter table calendar.entries enable trigger touch;
select is(tests.seen('session not in the calendar'), null, 'works');

select * from finish();
rollback;
