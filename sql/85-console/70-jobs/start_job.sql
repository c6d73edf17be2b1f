create function console.start_job(command text, what text, filters jsonb, reason text) returns jsonb
language plpgsql
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
declare
  v_job console.jobs;
  v_list text;
begin
  perform console.require_admin();
  select c.each_of into v_list from console.commands c where c.command = start_job.command;
  if v_list is distinct from start_job.what or v_list is null then
    raise exception 'no job runs % for every row of %', coalesce(start_job.command, '(null)'),
      coalesce(start_job.what, '(null)') using errcode = '22023', hint = (
        select 'Known: ' || string_agg(c.command || ' for ' || c.each_of, ', ' order by c.command) || '.'
        from console.commands c where c.each_of is not null);
  elsif coalesce(btrim(start_job.reason), '') = '' then
    raise exception 'a job needs a reason' using errcode = '22023', hint = 'Say what was decided, and why: it is kept.';
  end if;
  insert into console.jobs (command, what, filters, reason, who, user_id, total)
  values (start_job.command, start_job.what, coalesce(start_job.filters, '{}'), btrim(start_job.reason),
    console.caller(), auth.uid(), (console.count(start_job.what, start_job.filters) ->> 'count')::bigint)
  returning * into v_job;
  perform console.record_action(v_job.who, v_job.user_id, v_job.command,
    jsonb_build_object('what', v_job.what, 'filters', v_job.filters, 'reason', v_job.reason), null, null, v_job.id);
  return console.job_row(v_job);
end
$$;
comment on function console.start_job(text, text, jsonb, text) is
  'Begins a job: command (one whose each_of is this list) for every row of what that matches filters. Returns it: {id, '
  'command, what, filters, reason, who, status, total, done, failed, errors, started_at, ended_at}. It is done in '
  'steps: by step_job, and by cron. Raises 22023 without a reason, for another command, list or filter.';
