create function ops.grant_functions_role() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_function regprocedure;
  v_schema name;
  v_granted integer := 0;
begin
  if not exists (select 1 from pg_roles r where r.rolname = 'signalbox_functions') then
    create role signalbox_functions nologin noinherit;
  end if;
  -- Types that arguments are cast to are there.
  grant usage on schema public to signalbox_functions;
  for v_schema in
    select distinct n.nspname from ops.functions_api() f join pg_proc p on p.oid = f join pg_namespace n on
      n.oid = p.pronamespace
  loop
    execute format('grant usage on schema %I to signalbox_functions', v_schema);
  end loop;
  for v_function in select f from ops.functions_api() f loop
    -- With the owner's rights: the role has none on a table. Whoever else may call it is not changed.
    execute format('alter function %s security definer', v_function);
    execute format('grant execute on function %s to signalbox_functions', v_function);
    v_granted := v_granted + 1;
  end loop;
  return v_granted;
end
$$;
comment on function ops.grant_functions_role() is
  'Makes the role signalbox_functions, which may call what the Edge Functions call (ops.functions_api) and nothing '
  'else, and lets those functions run with their owner''s rights. Repeat it after an upgrade; npm run deploy does so '
  'where the role is. It cannot log in until it has a password: docs/decisions/0013. Returns how many functions.';
