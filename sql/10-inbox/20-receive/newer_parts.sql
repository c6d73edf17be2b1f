create function inbox.newer_parts(as_of jsonb, said jsonb, moment text) returns text[]
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return array(
    select p.key
    from jsonb_each(said) as p
    where p.value <> 'null' and jsonb_build_array(moment, md5(p.value::text)) > coalesce(as_of -> p.key, '[]')
    order by p.key
  );
end
$$;
comment on function inbox.newer_parts(jsonb, jsonb, text) is
  'Which parts of what an event says are news: null says nothing, and as_of has for each part the moment (ISO 8601 in '
  'UTC) when it was last spoken of, and a digest of what was said, which decides within one moment. So parts that are '
  'told in any order come out the same.';
