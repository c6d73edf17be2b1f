create function outbox.key_of(record jsonb, relation oid) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(string_agg(key_of.record ->> a.attname, '/' order by k.place), md5(key_of.record::text))
    from pg_catalog.pg_index i
    cross join unnest(i.indkey::smallint[]) with ordinality as k (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
    where i.indrelid = key_of.relation and i.indisprimary
  );
end
$$;
comment on function outbox.key_of(jsonb, oid) is
  'The key of a row in a table without id: the values of its primary key, else a digest of the whole row. A business '
  'row is never refused because of its message.';
