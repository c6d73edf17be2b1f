create function ops.schedule_jobs() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_job record;
  v_scheduled integer := 0;
begin
  for v_job in
    select j.name, j.schedule, j.command from ops.jobs j
    where not exists (
      select 1 from cron.job c
      where c.jobname = j.name and c.schedule = j.schedule and c.command = j.command and c.active
    )
    order by j.name
  loop
    -- Anew under the same name: a job that was switched off or changed becomes what it should be.
    perform cron.unschedule(c.jobid) from cron.job c where c.jobname = v_job.name;
    perform cron.schedule(v_job.name, v_job.schedule, v_job.command);
    v_scheduled := v_scheduled + 1;
  end loop;
  return v_scheduled;
end
$$;
comment on function ops.schedule_jobs() is
  'Schedules every job of ops.jobs that pg_cron does not have, has switched off or has otherwise. Returns how many.';
