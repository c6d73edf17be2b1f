-- plpgsql, as a SQL function would be planned at every call.
create function inbox.facts_in(events jsonb) returns table (provider text, fact jsonb)
language plpgsql immutable parallel safe rows 10
set search_path = ''
as $$
begin
  return query
    select e.value ->> 'provider', f.value
    from jsonb_array_elements(events) as e,
         jsonb_array_elements(
           case jsonb_typeof(e.value -> 'facts') when 'array' then e.value -> 'facts' else '[]' end
         ) as f;
end
$$;
comment on function inbox.facts_in(jsonb) is
  'The facts of events ([{"provider":"…","facts":[…]}]), each with its provider. An event that could not be read has '
  'none.';
