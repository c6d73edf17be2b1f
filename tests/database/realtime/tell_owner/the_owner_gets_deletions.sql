begin;
select plan(4);

select tests.create_user('student@tests.example');
insert into public.appointments (email, title, starts_at, ends_at) values ('student@tests.example', 'x', now(),
  now() + interval '1 hour');
insert into public.student_questions (user_id, subject, question)
  values (tests.user_id('student@tests.example'), 'x', 'Why?');
insert into public.support_tickets (user_id, subject, body) values (tests.user_id('student@tests.example'), 'x', 'y');
insert into public.notifications (user_id, kind, title) values (tests.user_id('student@tests.example'),
  'recap_ready', 'x');
delete from realtime.messages m where true;
create temporary table ids as select n.id from public.notifications n;
delete from public.notifications n where n.title = 'x';
delete from public.appointments a where a.title = 'x';
delete from public.student_questions q where q.subject = 'x';
delete from public.support_tickets t where t.subject = 'x';

select set_eq(
  $$ select m.event, m.payload ->> 'table' from realtime.messages m
    where m.topic = 'user:' || tests.user_id('student@tests.example') $$,
  $$ values ('DELETE', 'notifications'), ('DELETE', 'appointments'), ('DELETE', 'student_questions'),
    ('DELETE', 'support_tickets') $$,
  'on the private topic of its account'
);
select is((select count(*) from realtime.messages m where not m.private), 0::bigint, 'and nowhere else');
select is(
  (select (m.payload -> 'old_record' ->> 'id')::uuid from realtime.messages m
    where m.payload ->> 'table' = 'notifications'),
  (select i.id from ids i), 'with the row that is gone'
);
select is_empty(
  $$ select t.tgrelid::regclass from pg_catalog.pg_trigger t
    where t.tgfoid = 'ops.tell_owner()'::regprocedure and not exists (
      select 1 from pg_catalog.pg_trigger d
      where d.tgrelid = t.tgrelid and d.tgfoid = t.tgfoid and d.tgname = 'tell_owner_of_deletion'
    ) $$,
  'every table whose owner is told of changes tells of deletions too'
);

select * from finish();
rollback;
