begin;
select plan(3);

select is(console.exact('{"a": [9007199254740993, {"b": 12345678901234567890.5}], "c": 24.50, "d": -1}'),
  '{"a": ["9007199254740993", {"b": "12345678901234567890.5"}], "c": 24.50, "d": -1}', 'all digits are kept');
select is(console.exact('"9007199254740993"'), '"9007199254740993"', 'text stays text');
select is(console.exact('{"id": "0198a1b2-0000-7000-8000-000000000000", "at": "2026-01-01T00:00:00.123456+00:00", '
  '"n": 5}'),
  '{"id": "0198a1b2-0000-7000-8000-000000000000", "at": "2026-01-01T00:00:00.123456+00:00", "n": 5}',
  'ids and times are left alone');

select * from finish();
rollback;
