create function ops.job_problems() returns table (name text, problem text, since timestamptz)
language sql stable
set search_path = ''
as $$
  select j.name, p.problem, p.since
  from ops.jobs j
  left join cron.job c on c.jobname = j.name
  left join lateral (
    select r.status, r.return_message, r.start_time from cron.job_run_details r
    where r.jobid = c.jobid and r.start_time is not null order by r.runid desc limit 1
  ) last on true
  cross join lateral (
    select
      case
        when c.jobid is null then 'pg_cron does not have it'
        when not c.active then 'it is switched off'
        when (c.schedule, c.command) is distinct from (j.schedule, j.command) then 'pg_cron runs something else'
        when last.status = 'failed' then 'its last run failed: ' || coalesce(last.return_message, 'without a word')
        when last.start_time < now() - j.max_age then 'it has not run since ' || ops.iso_utc(last.start_time)
      end as problem,
      coalesce(last.start_time, now()) as since
  ) p
  where p.problem is not null
$$;
comment on function ops.job_problems() is
  'What is wrong with the jobs of ops.jobs: missing, switched off, changed, failing or late. Shown in ops.attention.';
