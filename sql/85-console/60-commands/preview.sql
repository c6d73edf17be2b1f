create function console.preview(command text, arguments jsonb default '{}') returns jsonb
language plpgsql
security definer -- commands run with the owner's rights, as in Studio
set search_path = ''
as $$
declare
  v_sql text;
begin
  perform console.require_admin();
  v_sql := console.statement(preview.command, preview.arguments);
  return (
    select jsonb_build_object('hash', p.hash, 'result', case when not c.secret then p.result end, 'error', p.error,
      'changes', p.changes, 'deliveries', p.deliveries, 'sql', v_sql)
    from console.perform(v_sql, keep => false) p, console.commands c where c.command = preview.command
  );
end
$$;
comment on function console.preview(text, jsonb) is
  'What a command would do now: {hash, result, error, changes: [{table, row_id, type, before, after}], deliveries: '
  '[{destination, type, count}], sql}. It is run, and undone. changes: the first 500. Give the hash to run: it then '
  'does this or nothing.';
