create function console.record_action(who text, user_id uuid, command text, arguments jsonb, result jsonb,
  error text, job_id uuid default null, key uuid default null) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into console.actions (who, user_id, command, arguments, reason, result, error, job_id, key)
  select record_action.who, record_action.user_id, record_action.command,
    case when c.secret then record_action.arguments - 'secret' else record_action.arguments end,
    nullif(btrim(record_action.arguments ->> 'reason'), ''),
    case when c.secret then null when length(record_action.result::text) > 10000 then '"(more than 10 KB)"'
      else record_action.result end,
    record_action.error, record_action.job_id, record_action.key
  from console.commands c where c.command = record_action.command;
end
$$;
comment on function console.record_action(text, uuid, text, jsonb, jsonb, text, uuid, uuid) is
  'Writes a row of console.actions. Of a command that handles a secret neither the secret nor the result is stored.';
