begin;
select plan(8);

create function pg_temp.changes(fields jsonb, type text) returns text language plpgsql as $$
begin
  perform inbox.note_shape('tests', '1', changes.type, changes.fields, gen_random_uuid());
  return (select array_to_string(s.changes, '; ') from inbox.shapes s
    where s.provider = 'tests' and s.type = changes.type and s.fields = changes.fields);
end $$;

select is(pg_temp.changes('{"a": "text", "b": "null"}', 'first'), '', 'the first');
select is(pg_temp.changes('{"a": "null", "b": "null"}', 'first'), '', 'a field may be null at any time');
select is(pg_temp.changes('{"a": "text", "b": "number"}', 'first'), '', 'or have a value where it was null');
select is(pg_temp.changes('{"a": "text", "b": "text"}', 'first'), 'b: was number, is text',
  'another kind than ever before');
select is(pg_temp.changes('{"a": "nothing", "b": "text"}', 'first'), 'a: was text, is gone', 'gone');
select is(pg_temp.changes('{"a": "nothing", "b": "number"}', 'first'), '', 'gone once is no news the second time');
select is(pg_temp.changes('{"c": "text"}', 'first'), '', 'a field that was not read before is none of it');
select is((select sum(s.count)::integer from inbox.shapes s where s.provider = 'tests'), 7, 'each is counted');

select * from finish();
rollback;
