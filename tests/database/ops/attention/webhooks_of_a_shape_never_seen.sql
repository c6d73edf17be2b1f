begin;
select plan(6);

create function pg_temp.comes(fields jsonb, version text default '1', type text default 'money.came') returns void
language sql as $$ select inbox.note_shape('tests', version, type, fields, gen_random_uuid()) $$;
create function pg_temp.shown() returns text language sql stable as $$
  select string_agg(a.which || ': ' || a.why, ' | ' order by a.why) from ops.attention a
  where a.what = 'webhooks of a new shape' and a.which like 'tests %'
$$;

select pg_temp.comes('{"id": "text", "amount": "number"}');
select is(pg_temp.shown(), null, 'the first of its type is nothing to compare');
select pg_temp.comes('{"id": "text", "amount": "object"}');
select is(pg_temp.shown(), 'tests money.came 1: amount: was number, is object', 'a field of another kind');
do $$ begin execute tests.the_remedy('webhooks of a new shape'); end $$;
select is(pg_temp.shown(), null, 'until a person has taken note of it');
select pg_temp.comes('{"id": "nothing", "amount": "object"}', '2');
select is(pg_temp.shown(), 'tests money.came 2: the first event of version 2; id: was text, is gone',
  'a version that is new, and what is gone in it');
select pg_temp.comes('{"id": "text", "amount": "object"}', '2', 'money.went');
select is(pg_temp.shown(), 'tests money.came 2: the first event of version 2; id: was text, is gone',
  'a version is told of once');
select is((select a.severity::text from ops.attention a where a.what = 'webhooks of a new shape'
  and a.which like 'tests %'), 'note', 'nothing breaks for it');

select * from finish();
rollback;
