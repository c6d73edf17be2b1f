begin;
select plan(5);

create function pg_temp.latest(variadic facts jsonb[]) returns text language sql stable as $$
  select (l.latest ->> 'name') || case when l.decided then '' else ', undecided' end
  from inbox.latest_of(to_jsonb(facts)) l
$$;

select is(pg_temp.latest('{"name": "b", "n": 1}', '{"name": "a", "n": 2, "previous": {"n": 1}}'), 'a',
  'what names the other''s value as its previous one');
select is(pg_temp.latest('{"name": "c", "n": 3, "previous": {"n": 2}}', '{"name": "b", "n": 1}',
  '{"name": "a", "n": 2, "previous": {"n": 1}}'), 'c', 'a chain leads to its end');
select is(pg_temp.latest('{"name": "a", "n": 2, "m": 1, "previous": {"n": 1}}',
  '{"name": "b", "n": 2, "m": 2, "previous": {"m": 1}}', '{"name": "c", "n": 1, "m": 1}'), 'b',
  'each may name another of its fields');
select is(pg_temp.latest('{"name": "a", "n": 1}', '{"name": "b", "n": 2}'), 'b, undecided', 'nothing is said');
select matches(pg_temp.latest('{"name": "on", "n": 1, "previous": {"n": 0}}',
  '{"name": "off", "n": 0, "previous": {"n": 1}}'), '^on, undecided$', 'on and off again within the moment: a circle');

select * from finish();
rollback;
