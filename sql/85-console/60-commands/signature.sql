create function console.signature(command text)
returns table (name text, type text, required boolean, default_value text, place integer)
language plpgsql stable
set search_path = ''
as $$
declare
  v_function oid := to_regproc(signature.command);
begin
  if not exists (select 1 from console.commands c where c.command = signature.command) or v_function is null then
    raise exception 'there is no command %', coalesce(signature.command, '(null)')
      using errcode = '22023', hint = 'select command from console.commands, or the function commands().';
  end if;
  return query
    select p.proargnames[a.place], pg_catalog.format_type(a.type, null), a.place <= p.pronargs - p.pronargdefaults,
      pg_catalog.pg_get_function_arg_default(p.oid, a.place::integer), a.place::integer
    from pg_catalog.pg_proc p, unnest(p.proargtypes::oid[]) with ordinality as a (type, place)
    where p.oid = v_function
    order by a.place;
end
$$;
comment on function console.signature(text) is
  'The arguments of a command, as its function has them. Raises 22023 for what is not in console.commands.';
