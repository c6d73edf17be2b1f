create function console.watch_tables() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_table record;
  v_count integer := 0;
begin
  for v_table in
    select n.nspname, c.relname
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p')
      and n.nspname in ('public', 'ops', 'inbox', 'outbox', 'commerce', 'learning', 'tutoring', 'calendar', 'community')
      and not exists (select 1 from pg_catalog.pg_trigger t where t.tgrelid = c.oid and t.tgname = 'console_preview')
      and not exists (select 1 from pg_catalog.pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by n.nspname, c.relname
  loop
    -- The condition costs a write less than a microsecond; without a preview no function is called.
    execute format(
      'create trigger console_preview after insert or update or delete on %I.%I for each row '
      'when (pg_catalog.current_setting(''console.previewing'', true) = ''on'') '
      'execute function console.note_change()', v_table.nspname, v_table.relname);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function console.watch_tables() is
  'Gives every table of ours that has none the trigger console_preview, so that a preview shows its changes: run it '
  'after a migration that adds a table. Returns how many got one.';
