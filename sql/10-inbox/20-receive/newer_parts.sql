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
  'Which parts of an event are new: null says nothing. as_of holds, for each part, the time (ISO 8601 in UTC) of its '
  'latest value and a digest of that value, which decides between values of one time. So the result does not depend on '
  'the order of events.';
