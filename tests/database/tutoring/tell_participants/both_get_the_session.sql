begin;
select plan(5);

select tests.create_user('tutor@tests.example');
select tests.create_user('student@tests.example');
select tests.a_session('lesson');
update public.tutoring_sessions s set meet_link = 'https://meet.example/1' where s.id = tests.id('lesson');
create temporary table heard as
select u.email, m.event, m.payload, m.private from realtime.messages m join auth.users u on m.topic = 'user:' || u.id;

select set_eq(
  $$ select h.email || ' ' || h.event from heard h $$,
  $$ values ('tutor@tests.example INSERT'), ('student@tests.example INSERT'), ('tutor@tests.example UPDATE'),
  ('student@tests.example UPDATE') $$,
  'of the session, and of each change'
);
select is((select bool_and(h.private) from heard h), true, 'in private');
select is(
  (select h.payload - 'id' #- '{record,updated_at}' from heard h where h.event = 'UPDATE'
    and h.email = 'tutor@tests.example') -> 'record' ->> 'meet_link',
  'https://meet.example/1', 'with the row'
);
select is((select h.payload -> 'old_record' ->> 'id' from heard h where h.event = 'UPDATE' limit 1),
  tests.id('lesson')::text, 'as it was before, too');
select is((select distinct h.payload ->> 'schema' || '.' || (h.payload ->> 'table') from heard h),
  'public.tutoring_sessions', 'and its table');

select * from finish();
rollback;
