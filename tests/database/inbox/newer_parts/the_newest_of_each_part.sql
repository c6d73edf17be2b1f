begin;
select plan(5);

create function tests.news(said jsonb, moment text, event text default 'evt_2') returns text[] language sql as $$
  select inbox.newer_parts('{"a": ["2026-01-01T00:00:10.000Z", "evt_1"], "b": ["2026-01-01T00:00:20.000Z", "evt_1"]}', said, moment, event)
$$;
select is(tests.news('{"a": 1, "b": 1, "c": 1}', '2026-01-01T00:00:15.000Z'), '{a,c}', 'what was last told of earlier, and what never was');
select is(tests.news('{"a": null, "c": 1}', '2026-01-01T00:00:15.000Z'), '{c}', 'null says nothing');
select is(tests.news('{"a": 1}', '2026-01-01T00:00:10.000Z'), '{a}', 'of one moment the later id');
select is(tests.news('{"a": 1}', '2026-01-01T00:00:10.000Z', 'evt_0'), '{}', 'and not the earlier');
select is(tests.news('{"a": 1}', '2026-01-01T00:00:10.000Z', 'evt_1'), '{}', 'nor itself again');

select * from finish();
rollback;
