create function console.actions(cursor text default null, size integer default 50) returns jsonb
language plpgsql stable
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
declare
  v_size integer := least(greatest(coalesce(actions.size, 50), 1), 1000);
begin
  perform console.require_admin();
  return (
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'who', a.who, 'command', a.command,
        'arguments', a.arguments, 'reason', a.reason, 'result', console.exact(a.result), 'error', a.error,
        'job_id', a.job_id, 'at', a.at) order by a.id desc), '[]'),
      'next', case when count(*) = v_size then min(a.id::text) end
    )
    from (
      select x.* from console.actions x where actions.cursor is null or x.id < actions.cursor::uuid
      order by x.id desc limit v_size
    ) a
  );
end
$$;
comment on function console.actions(text, integer) is
  'What admins did with the console, newest first: {rows: [{id, who, command, arguments, reason, result, error, '
  'job_id, '
  'at}], next}.';
