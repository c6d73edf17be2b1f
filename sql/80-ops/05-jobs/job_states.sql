create function ops.job_states() returns table (name text, problem text, last_run_at timestamptz,
  created_at timestamptz)
language sql stable
set search_path = ''
as $$
  select j.name,
    case
      when c.jobid is null then 'pg_cron does not have it'
      when not c.active then 'it is switched off'
      when (c.schedule, c.command) is distinct from (j.schedule, j.command) then 'pg_cron runs something else'
      when last.status = 'failed' then 'its last run failed: ' || coalesce(last.return_message, 'without a word')
      when last.start_time < now() - j.max_age then 'it has not run since ' || ops.iso_utc(last.start_time)
    end,
    last.start_time, j.created_at
  from ops.jobs j
  left join cron.job c on c.jobname = j.name
  left join lateral (
    select r.status, r.return_message, r.start_time from cron.job_run_details r
    -- Of a job that is gone, its runs are left.
    where r.start_time is not null and case when c.jobid is null then r.command = j.command else r.jobid = c.jobid end
    order by r.runid desc limit 1
  ) last on true
$$;
comment on function ops.job_states() is
  'Each job of ops.jobs: what is wrong with it (null: nothing), and when its last run began.';
