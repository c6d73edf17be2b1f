begin;
select plan(7);

select tests.create_user('student@tests.example');
insert into public.student_questions (user_id, subject, question)
  values (tests.user_id('student@tests.example'), 'x', 'Why?');
update public.student_questions q set answer = 'Because.' where true;
delete from public.student_questions q where true;
create temporary table kept as select c.* from public.topic_changes c
  where c.topic = 'user:' || tests.user_id('student@tests.example');

select is((select array_agg(k.operation order by k.sequence) from kept k), '{INSERT,UPDATE,DELETE}',
  'all changes of a row');
select is((select array_agg(k.previous is null order by k.sequence) from kept k), '{t,f,f}', 'each after the first');
select is_empty(
  $$ select 1 from kept k where k.previous is distinct from
    (select max(e.sequence) from kept e where e.sequence < k.sequence) $$, 'names the one before');
select set_eq(
  $$ select m.payload - 'id' from realtime.messages m
    where m.topic = 'user:' || tests.user_id('student@tests.example') $$,
  $$ select jsonb_build_object('sequence', k.sequence, 'previous', k.previous,
      'transaction', pg_current_xact_id()::text::bigint, 'operation', k.operation, 'schema', 'public',
      'table', 'student_questions', 'record', k.record, 'old_record', k.old_record) from kept k $$,
  'the broadcast says the same, and where it stands');
select is((select k.record ->> 'answer' from kept k where k.operation = 'UPDATE'), 'Because.', 'with the new row');
select is((select k.old_record ->> 'answer' from kept k where k.operation = 'UPDATE'), null, 'and the old one');

select ops.tell('UPDATE', 'public', 'things', '{user:x}',
  array[jsonb_build_object('id', 7, 'text', repeat('x', 200000))], '{"{\"id\": 7}"}');
select is((select c.record || c.old_record from public.topic_changes c where c.topic = 'user:x'), '{"id": "7"}',
  'of a change over 200 KB only the id');

select * from finish();
rollback;
