create function console.run(
  command text, arguments jsonb default '{}', expected_hash text default null, key uuid default null
) returns jsonb
language plpgsql
security definer -- commands run with the owner's rights, as in Studio
set search_path = ''
as $$
declare
  v_sql text;
  v_before console.actions;
  v_secret boolean;
  v_done record;
begin
  perform console.require_admin();
  v_sql := console.statement(run.command, run.arguments);
  if run.key is not null then
    -- A second call waits until the first has ended, and finds what it did.
    perform pg_advisory_xact_lock(hashtextextended('console.run ' || concat(auth.uid(), ' ', run.key), 0));
    select a.* into v_before from console.actions a
    where a.user_id is not distinct from auth.uid() and a.key = run.key and a.error is null;
    if found then
      select c.secret into v_secret from console.commands c where c.command = run.command;
      if v_before.command <> run.command
        or v_before.arguments <> coalesce(case when v_secret then run.arguments - 'secret' else run.arguments end, '{}')
      then
        raise exception 'the key % has done something else: % with %', run.key, v_before.command, v_before.arguments
          using errcode = '22023', hint = 'Make a new key for each preview.';
      elsif v_secret then
        perform set_config('response.status', '409', true);
        return jsonb_build_object('code', 'PT409',
          'message', format('%s was done with this key; its result is shown once, and is stored nowhere', run.command),
          'details', null, 'hint', 'Where that result is lost, open the action again: doing it anew makes another.');
      end if;
      return jsonb_build_object('result', v_before.result, 'sql', v_sql, 'hash', run.expected_hash);
    end if;
  end if;
  select * into v_done from console.perform(v_sql, keep => true, expected_hash => run.expected_hash);
  perform console.record_action(console.caller(), auth.uid(), run.command, coalesce(run.arguments, '{}'),
    v_done.result, v_done.error ->> 'message', key => run.key);
  if v_done.error is not null then
    -- Not raised: that would undo the record, too. PostgREST answers with this status and body, as for an error.
    perform set_config('response.status',
      case when v_done.error ->> 'code' like 'PT___' then substr(v_done.error ->> 'code', 3) else '400' end, true);
    return v_done.error;
  end if;
  return jsonb_build_object('result', v_done.result, 'sql', v_sql, 'hash', v_done.hash);
end
$$;
comment on function console.run(text, jsonb, text, uuid) is
  'Runs a command: {result, sql, hash}. Who ran it, with what, why, and its result or error are kept in '
  'console.actions. With expected_hash (of preview) it is refused, status 409, when it would do something else by now. '
  'With key (one for each preview) it is done once: a call whose answer was lost is made again with the same key, and '
  'answered with the result that is stored; after a refusal it is tried again. A refusal is answered with a status of '
  '400 or higher and {code, message, details, hint}. Raises 22023 for an unknown command or argument, and for a key '
  'that has done something else.';
