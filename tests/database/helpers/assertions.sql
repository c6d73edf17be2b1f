-- Assertions, and the schema as a whole.

create function tests.our_schemas() returns setof oid
language sql stable as $$
  select n.oid from pg_namespace n
  where n.nspname !~ '^pg_'
    and n.nspname not in (
      'tests', 'information_schema', 'auth', 'extensions', 'net', 'cron', 'vault', 'realtime', '_realtime', 'storage',
      'graphql', 'graphql_public',
      'pgbouncer', 'pgsodium', 'pgsodium_masks', 'pgmq', 'supabase_migrations', 'supabase_functions', '_analytics',
        '_supavisor'
    )
$$;
comment on function tests.our_schemas() is
  'All schemas that are not Postgres'' or Supabase''s own, so that a new one of ours is not forgotten.';

create function tests.our_relations(kinds text default 'rpvmf') returns setof oid
language sql stable as $$
  select c.oid from pg_class c
  where c.relnamespace in (select tests.our_schemas()) and position(c.relkind::text in kinds) > 0
    and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
      and d.deptype = 'e')
$$;

create function tests.our_functions() returns setof oid
language sql stable as $$
  select p.oid from pg_proc p
  where p.pronamespace in (select tests.our_schemas())
    and not exists (select 1 from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid
      and d.deptype = 'e')
$$;

create function tests.name_of(relation oid) returns text
language sql stable as $$ select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n
  on n.oid = c.relnamespace where c.oid = relation $$;

create function tests.signature_of(procedure oid) returns text
language sql stable as $$
  select format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace where p.oid = procedure
$$;

create function tests.refusal(statement text) returns text
language plpgsql as $$
declare
  v_state text;
  v_word text;
begin
  begin
    execute statement;
    raise exception using errcode = 'TS001';
  exception
    when sqlstate 'TS001' then
      return 'taken';
    when others then
      get stacked diagnostics v_state = returned_sqlstate, v_word = pg_exception_detail;
  end;
  return concat_ws(' ', v_state, nullif(v_word, ''));
end
$$;
comment on function tests.refusal(text) is
  'How a statement is refused, such as "P0001 sold_out": the SQLSTATE, and the error code for programs. "taken": it is '
  'accepted, and undone.';

create function tests.is_refused(statement text, by_constraint text, description text) returns text
language plpgsql as $$
declare
  v_constraint text;
begin
  begin
    execute statement;
    raise exception using errcode = 'TS001';
  exception
    when sqlstate 'TS001' then
      return extensions.ok(false, description) || E'\n' || extensions.diag('it was taken: ' || statement);
    when integrity_constraint_violation then
      get stacked diagnostics v_constraint = constraint_name;
  end;
  return extensions.is(v_constraint, by_constraint, description);
end
$$;
comment on function tests.is_refused(text, text, text) is
  'An assertion: the constraint of this name refuses the statement.';
