begin;
select plan(5);

create function tests.news(said jsonb, moment text) returns text[] language sql as $$
  select inbox.newer_parts(
    jsonb_build_object('a', jsonb_build_array('2026-01-01T00:00:10.000Z', md5('2')), 'b',
      jsonb_build_array('2026-01-01T00:00:20.000Z', md5('2'))),
    said, moment
  )
$$;
select is(tests.news('{"a": 1, "b": 1, "c": 1}', '2026-01-01T00:00:15.000Z'), '{a,c}',
  'parts that are older, and parts that are new');
select is(tests.news('{"a": null, "c": 1}', '2026-01-01T00:00:15.000Z'), '{c}', 'null says nothing');
select is(
  tests.news('{"a": 1}', '2026-01-01T00:00:10.000Z'), case when md5('1') > md5('2') then '{a}' else '{}' end::text[],
  'at one time the value decides'
);
select is(
  tests.news('{"a": 3}', '2026-01-01T00:00:10.000Z'), case when md5('3') > md5('2') then '{a}' else '{}' end::text[],
  'the same way in any order'
);
select is(tests.news('{"a": 2}', '2026-01-01T00:00:10.000Z'), '{}', 'and the same value again is not new');

select * from finish();
rollback;
