create function ops.revoke_functions_role() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_function regprocedure;
  v_schema name;
  v_revoked integer := 0;
begin
  if not exists (select 1 from pg_roles r where r.rolname = 'signalbox_functions') then
    return 0;
  end if;
  for v_function in select f from ops.functions_api() f loop
    -- outbox.ring has its owner's rights without the role, too.
    if v_function::text not like 'outbox.ring(%' then
      execute format('alter function %s security invoker', v_function);
    end if;
    execute format('revoke execute on function %s from signalbox_functions', v_function);
    v_revoked := v_revoked + 1;
  end loop;
  for v_schema in
    select distinct n.nspname from ops.functions_api() f join pg_proc p on p.oid = f join pg_namespace n on
      n.oid = p.pronamespace
  loop
    execute format('revoke usage on schema %I from signalbox_functions', v_schema);
  end loop;
  -- Fails, and with it all of this, where somebody has granted it more.
  drop role signalbox_functions;
  return v_revoked;
end
$$;
comment on function ops.revoke_functions_role() is
  'Undoes ops.grant_functions_role, and drops the role. First take FUNCTIONS_ROLE_PASSWORD from the functions: they '
  'connect as that role while it is set. Returns how many functions; 0 where there is no such role.';
