-- Value by value: rewritten as text, a person called "null" or "1200" would make it JSON no more.
create function ops.scrub_json(content jsonb, patterns text[], instead text[], addresses integer) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return case jsonb_typeof(content)
    when 'string' then to_jsonb(ops.scrub(content #>> '{}', patterns, instead))
    when 'array' then (
      select coalesce(jsonb_agg(ops.scrub_json(x.value, patterns, instead, addresses) order by x.place), '[]')
      from jsonb_array_elements(content) with ordinality as x (value, place)
    )
    when 'object' then (
      select coalesce(jsonb_object_agg(
        ops.scrub(m.key, patterns[:addresses], instead[:addresses]),
        case when ops.holds_a_key(m.key)
          then ops.scrub_json(m.value, patterns[:addresses], instead[:addresses], addresses)
          else ops.scrub_json(m.value, patterns, instead, addresses)
        end
      ), '{}')
      from jsonb_each(content) as m
    )
    else content
  end;
end
$$;
comment on function ops.scrub_json(jsonb, text[], text[], integer) is
  'JSON with what matches each pattern replaced in its strings. In names of members, and in members that hold keys '
  '(ops.holds_a_key), by the first patterns only: so many as addresses says. Used by ops.erase_person.';
