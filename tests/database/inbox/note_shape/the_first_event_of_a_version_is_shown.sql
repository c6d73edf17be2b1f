begin;
select plan(3);

create function pg_temp.shown() returns text language sql stable as $$
  select a.why from ops.attention a where a.what = 'webhooks of a new shape' and a.which = 'tests came 2'
$$;
select inbox.note_shape('tests', '1', 'came', '{"a": "text"}', gen_random_uuid());
select is(pg_temp.shown(), null, 'the version that is known');
select inbox.note_shape('tests', '2', 'came', '{"a": "text"}', gen_random_uuid());
select matches(pg_temp.shown(), 'the first event of version 2', 'another version, though no field has changed');
select inbox.note_shape('tests', '2', 'went', '{"b": "text"}', gen_random_uuid());
select is(
  (select s.changes from inbox.shapes s where s.provider = 'tests' and s.type = 'went'), '{}',
  'another type of a version that was shown is no news'
);

select * from finish();
rollback;
