create function console.run(command text, arguments jsonb default '{}', expected_hash text default null) returns jsonb
language plpgsql
security definer -- commands run with the owner's rights, as in Studio
set search_path = ''
as $$
declare
  v_sql text;
  v_done record;
begin
  perform console.require_admin();
  v_sql := console.statement(run.command, run.arguments);
  select * into v_done from console.perform(v_sql, keep => true, expected_hash => run.expected_hash);
  perform console.record_action(console.caller(), auth.uid(), run.command, coalesce(run.arguments, '{}'),
    v_done.result, v_done.error ->> 'message');
  if v_done.error is not null then
    -- Not raised: that would undo the record, too. PostgREST answers with this status and body, as for an error.
    perform set_config('response.status',
      case when v_done.error ->> 'code' like 'PT___' then substr(v_done.error ->> 'code', 3) else '400' end, true);
    return v_done.error;
  end if;
  return jsonb_build_object('result', v_done.result, 'sql', v_sql, 'hash', v_done.hash);
end
$$;
comment on function console.run(text, jsonb, text) is
  'Runs a command: {result, sql, hash}. Who ran it, with what, why, and its result or error are kept in '
  'console.actions. With expected_hash (of preview) it is refused, status 409, when it would do something else by now. '
  'A refusal is answered with a status of 400 or higher and {code, message, details, hint}. Raises 22023 for an '
  'unknown '
  'command or argument.';
