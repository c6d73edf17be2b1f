-- The only place where a statement is made of what was given from outside: names are checked against the function,
-- values are literals.
create function console.statement(command text, arguments jsonb) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_given jsonb := coalesce(nullif(statement.arguments, 'null'), '{}');
  v_hidden text[];
  v_names text[];
  v_needs_reason boolean;
  v_argument record;
  v_value jsonb;
  v_text text;
  v_literals text[] := '{}';
begin
  select array_agg(s.name) into v_names from console.signature(statement.command) s;
  select c.hidden, c.needs_reason into v_hidden, v_needs_reason from console.commands c
  where c.command = statement.command;
  if jsonb_typeof(v_given) <> 'object' then
    raise exception 'the arguments of % are an object', statement.command
      using errcode = '22023', hint = format('Names and values: %s.', array_to_string(v_names, ', '));
  end if;
  select k into v_text from jsonb_object_keys(v_given) k
  where k <> all (coalesce(v_names, '{}')) or k = any (v_hidden) limit 1;
  if found then
    raise exception '% has no argument %', statement.command, v_text using errcode = '22023', hint = format(
      'Known: %s.', (select coalesce(string_agg(n, ', '), 'none') from unnest(v_names) n where n <> all (v_hidden)));
  end if;
  if v_needs_reason and coalesce(btrim(v_given ->> 'reason'), '') = '' then
    raise exception '% needs a reason', statement.command
      using errcode = '22023', hint = 'Say what was decided, and why: it is kept.';
  end if;

  for v_argument in select * from console.signature(statement.command) s order by s.place loop
    v_value := v_given -> v_argument.name;
    if v_argument.name = 'requested_by' then
      v_value := to_jsonb(console.caller());
    end if;
    if v_value is null then
      if v_argument.required then
        raise exception '% needs %', statement.command, v_argument.name
          using errcode = '22023', hint = format('It is of type %s.', v_argument.type);
      end if;
      continue;
    end if;
    if v_argument.type in ('json', 'jsonb') then
      v_text := case when jsonb_typeof(v_value) = 'string' then v_value #>> '{}' else v_value::text end;
    elsif jsonb_typeof(v_value) = 'array' and v_argument.type like '%[]' then
      v_text := array(select e from jsonb_array_elements_text(v_value) e)::text;
    else
      v_text := v_value #>> '{}';
    end if;
    if v_text is not null then
      begin
        execute format('select %L::%s', v_text, v_argument.type);
      exception when data_exception then
        raise exception '% of % cannot be "%"', v_argument.name, statement.command, left(v_text, 200)
          using errcode = '22023', hint = format('It takes a value of type %s.', v_argument.type);
      end;
    end if;
    v_literals := v_literals || format('%I => %s', v_argument.name, case
      when v_text is null then 'null'
      when v_argument.type in ('bigint', 'integer', 'smallint', 'boolean', 'numeric') then
        case when v_text ~ '^(-?[0-9]+|true|false)$' then v_text else quote_literal(v_text) end
      else quote_literal(v_text)
    end);
  end loop;
  return format('select %s(%s)', statement.command, array_to_string(v_literals, ', '));
end
$$;
comment on function console.statement(text, jsonb) is
  'The statement that calls a command. Raises 22023 for an unknown command or argument, a missing one, a value that '
  'its '
  'type does not take, and where a reason is missing.';
