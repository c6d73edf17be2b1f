-- Browsers read JSON numbers as doubles: above 2^53 they would show another number.
create function console.exact(value jsonb) returns jsonb
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  if value::text !~ '[0-9.]{16}' then
    return value;
  end if;
  case jsonb_typeof(value)
    when 'number' then
      return case when length(regexp_replace(value::text, '\D', '', 'g')) > 15 then to_jsonb(value #>> '{}') else value
        end;
    when 'object' then
      return (select jsonb_object_agg(e.key, console.exact(e.value)) from jsonb_each(value) e);
    when 'array' then
      return (select jsonb_agg(console.exact(e.value) order by e.ordinality)
        from jsonb_array_elements(value) with ordinality e);
    else
      return value;
  end case;
end
$$;
comment on function console.exact(jsonb) is
  'JSON in which every number of more than 15 digits is text, so that a browser shows it unchanged.';
