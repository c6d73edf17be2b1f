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
  'what was last told of earlier, and what never was');
select is(tests.news('{"a": null, "c": 1}', '2026-01-01T00:00:15.000Z'), '{c}', 'null says nothing');
select is(
  tests.news('{"a": 1}', '2026-01-01T00:00:10.000Z'), case when md5('1') > md5('2') then '{a}' else '{}' end::text[],
  'of one moment what is said decides'
);
select is(
  tests.news('{"a": 3}', '2026-01-01T00:00:10.000Z'), case when md5('3') > md5('2') then '{a}' else '{}' end::text[],
  'the same way whichever came first'
);
select is(tests.news('{"a": 2}', '2026-01-01T00:00:10.000Z'), '{}', 'and the same again is no news');

select * from finish();
rollback;
