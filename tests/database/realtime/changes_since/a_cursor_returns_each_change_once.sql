begin;
select plan(12);

-- What a transaction wrote itself has not been committed, so these changes are given to transactions that have.
select tests.create_user('amina@tests.example');
create function tests.topic() returns text language sql as $$ select 'user:' || tests.user_id('amina@tests.example') $$;
create function tests.xid(ago integer) returns text language sql as $$
  select (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - ago)::text
$$;
-- What "after" is read from: all transactions up to so many before now had ended, but those in progress.
create function tests.cursor_at(ago integer, in_progress integer default null) returns text language sql as $$
  select format('%s.%s:%s:%s', ops.feed_epoch(), tests.xid(coalesce(in_progress, ago)), tests.xid(ago),
    tests.xid(in_progress))
$$;
create function tests.asks(cursor text, at_most integer default 100) returns jsonb language plpgsql as $$
declare
  v_topic text := tests.topic();
  v_answer jsonb;
begin
  perform tests.authenticate_as('amina@tests.example');
  v_answer := public.changes_since(v_topic, asks.cursor, asks.at_most);
  perform tests.as_owner();
  return v_answer;
end
$$;
create function tests.ids(answer jsonb) returns text language sql as $$
  select string_agg(c ->> 'sequence', ',' order by p)
  from jsonb_array_elements(answer -> 'changes') with ordinality as x (c, p)
$$;
insert into public.topic_changes
  (row_key, sequence, topic, schema_name, table_name, row_id, operation, record, written_by) overriding system value
select n, n, tests.topic(), 'public', 'orders', n::text, 'INSERT', jsonb_build_object('id', n), tests.xid(t)::xid8
from (values (101, 3), (102, 2), (103, 4), (104, 1)) as v (n, t);
insert into public.topic_changes (row_key, topic, schema_name, table_name, row_id, operation, record, written_by)
  values (1, 'user:' || gen_random_uuid(), 'public', 'orders', '1', 'INSERT', '{}', tests.xid(1)::xid8);

select is(tests.asks(null) - '{cursor,snapshot}'::text[], '{"changes": [], "more": false, "gone": false}',
  'without a cursor nothing');
select is(tests.ids(tests.asks(tests.asks(null) ->> 'cursor')), null, 'and its cursor is past all that was committed');
select is(tests.ids(tests.asks(tests.cursor_at(4))), '101,102,103,104',
  'all after a cursor, in the order of their rows');
select is(tests.ids(tests.asks(tests.cursor_at(1))), '104', 'what a transaction wrote that began later');
select is(tests.ids(tests.asks(tests.cursor_at(1, in_progress => 3))), '101,104',
  'and what one wrote that was in progress, though its number is lower');
select is(tests.asks(tests.cursor_at(4)) -> 'changes' -> 0,
  jsonb_build_object('sequence', 101, 'previous', null, 'transaction', tests.xid(3)::bigint, 'operation', 'INSERT',
    'schema', 'public', 'table', 'orders', 'record', '{"id": 101}'::jsonb, 'old_record', null),
  'each as it was broadcast');

create temporary table page as select tests.asks(tests.cursor_at(4), 3) as answer;
select is((select tests.ids(p.answer) || (p.answer ->> 'more') from page p), '101,102,103true',
  'no more than asked for');
select is((select tests.ids(tests.asks(p.answer ->> 'cursor')) from page p), '104', 'the rest after its cursor');
select is((select tests.asks(tests.asks(p.answer ->> 'cursor') ->> 'cursor') -> 'changes' from page p), '[]',
  'and then none');
select is(tests.ids(tests.asks(tests.cursor_at(4), 0)), '101', 'at least one');

update public.topic_changes c set record = jsonb_build_object('text', repeat('x', 1500000)) where c.sequence < 103;
select is(tests.ids(tests.asks(tests.cursor_at(4))), '101', 'no more than 2 MB at once');
select is(tests.asks(null) ->> 'snapshot', pg_current_snapshot()::text, 'with the snapshot that the cursor has seen');

select * from finish();
rollback;
