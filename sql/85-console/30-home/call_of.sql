-- A remedy's values are literals (%L) of whatever arrived from outside: only a whole statement that is one call, each
-- argument a literal, is taken for one. Anything else is null, and stays SQL to copy.
create function console.call_of(statement text) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
declare
  v_literal constant text := '(?:E?''(?:[^'']|'''')*''|-?[0-9]+|true|false|null)';
  v_argument constant text := '(?:([a-z_]+) => )?(' || v_literal || ')';
  v_parts text[] := regexp_match(statement, '^select ([a-z_]+\.[a-z_]+)\((.*)\)$');
  v_rest text := v_parts[2];
  v_names text[];
  v_arguments jsonb := '{}';
  v_found text[];
  v_value text;
  v_place integer := 0;
begin
  if v_parts is null then
    return null;
  end if;
  select p.proargnames into v_names from pg_catalog.pg_proc p where p.oid = to_regproc(v_parts[1]);
  if v_rest !~ ('^(?:(?:[a-z_]+ => )?' || v_literal || '(?:, (?:[a-z_]+ => )?' || v_literal || ')*)?$') then
    return null;
  end if;
  for v_found in select m from regexp_matches(v_rest, v_argument, 'g') m loop
    v_place := v_place + 1;
    v_value := v_found[2];
    if v_value like 'E''%' then
      v_value := replace(replace(substr(v_value, 3, length(v_value) - 3), '''''', ''''), '\\', '\');
    elsif v_value like '''%' then
      v_value := replace(substr(v_value, 2, length(v_value) - 2), '''''', '''');
    end if;
    v_arguments := v_arguments || jsonb_build_object(coalesce(v_found[1], v_names[v_place]),
      case when v_found[2] <> 'null' then v_value end);
  end loop;
  return jsonb_build_object('command', v_parts[1], 'arguments', v_arguments);
end
$$;
comment on function console.call_of(text) is
  'The call of one function with literals as {command, arguments}; null for any other statement. Every value is text.';
