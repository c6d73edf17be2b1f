create function console.commands() returns jsonb
language plpgsql stable
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return (
    select jsonb_agg(jsonb_build_object(
      'command', c.command, 'label', c.label, 'about', c.about, 'needs_reason', c.needs_reason, 'each_of', c.each_of,
      'description', pg_catalog.obj_description(to_regproc(c.command), 'pg_proc'),
      'arguments', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'name', s.name, 'type', s.type, 'required', s.required, 'default', s.default_value) order by s.place), '[]')
        from console.signature(c.command) s where s.name <> all (c.hidden)
      )
    ) order by c.command)
    from console.commands c
  );
end
$$;
comment on function console.commands() is
  'What run, preview, sql and start_job accept: [{command, label, description, arguments: [{name, type, required, '
  'default}], needs_reason, about, each_of}]. each_of: the list that start_job may run it for.';
