begin;
select plan(8);

select is(console.statement('outbox.retry', '{"delivery_id": "12"}'), 'select outbox.retry(delivery_id => 12)',
  'numbers');
select is(console.statement('outbox.pause', jsonb_build_object('destination', 'x''); select 1; --', 'reason', E'a\\b')),
  E'select outbox.pause(destination => ''x''''); select 1; --'', reason => E''a\\\\b'')', 'what is typed is a literal');
select is(console.statement('outbox.replay', '{"destination": "a", "filter": {"types": ["x"]}, "reason": "r"}'),
  'select outbox.replay(destination => ''a'', filter => ''{"types": ["x"]}'', reason => ''r'')', 'JSON');
select is(tests.refusal($$ select console.statement('outbox.retry', '{"delivery_id": "1 or 1=1"}') $$), '22023',
  'a number that is none');
select is(tests.refusal($$ select console.statement('outbox.retry', '{}') $$), '22023', 'one that is missing');
select is(tests.refusal($$ select console.statement('outbox.cancel', '{"delivery_id": 1, "reason": " "}') $$), '22023',
  'no reason');
select is(tests.refusal($$ select console.statement('outbox.pause(''a'', ''b''); drop', '{}') $$), '22023',
  'a name that is no command');
select is_empty($$
  select c.command from console.commands c
  where (select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname || '.' || p.proname = c.command) <> 1
    or (c.needs_reason and not exists (select 1 from console.signature(c.command) s where s.name = 'reason'))
    or exists (select 1 from unnest(c.hidden) h
      where not exists (select 1 from console.signature(c.command) s where s.name = h and not s.required))
$$, 'each command is one function; where it needs a reason the function takes one');

select * from finish();
rollback;
