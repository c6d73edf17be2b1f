begin;
select plan(2);

create function pg_temp.shown() returns boolean language sql stable as $$
  select exists (select 1 from ops.attention a where a.what = 'webhooks of a new shape' and a.which like 'tests %')
$$;
select inbox.note_shape('tests', '1', 'came', '{"a": "text"}', gen_random_uuid());
select inbox.note_shape('tests', '1', 'came', '{"a": "nothing"}', gen_random_uuid());
select ok(pg_temp.shown(), 'a field is gone');
update inbox.shapes set first_seen = first_seen - interval '1 minute', last_seen = last_seen - interval '1 minute'
where provider = 'tests';
select inbox.note_shape('tests', '1', 'came', '{"a": "text"}', gen_random_uuid());
select ok(not pg_temp.shown(), 'it is there again: it is optional');

select * from finish();
rollback;
