begin;
select plan(14);

create function tests.reads(words text) returns text language sql as $$
  select tests.refusal(format('select commerce.parse_timestamp(%L)', words)) $$;
select is(tests.reads(w.words), '22023 starts_at_invalid', w.words || ' is not a time')
from
  unnest('{"",tomorrow,now,infinity,2026-11-25,2026-11-25T15:00:00,"2026-11-25 '
    '15:00:00Z",2026-02-30T15:00:00Z,2026-13-01T15:00:00Z,2026-11-25T25:00:00Z,2026-11-25T15:61:00Z,'
    '2026-11-25T15:00:00+99:99,0000-01-01T00:00:00Z,"2026-11-25T15:00:00Z\n"}'::text[]) w (words);

select * from finish();
rollback;
