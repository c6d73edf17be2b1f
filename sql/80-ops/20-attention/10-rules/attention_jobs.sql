create view ops.attention_jobs with (security_invoker = on) as
  select 'job not running' as what, p.name as id, p.name as which,
    format('Cron job "%s": %s. %s', p.name, rtrim(p.problem, '.'), j.purpose) as why, p.since,
    case
      when c.mended_by_scheduling then ops.remedy(
        'Schedules every job that pg_cron does not have, has switched off, or has otherwise.',
          'select ops.schedule_jobs()'
      )
      else ops.remedy(
        'Does its work once, and shows the error if it fails. This goes when pg_cron itself has run it: if it does '
          'not, '
        'restart the project in Supabase''s dashboard.', j.command
      )
    end as remedy
  from ops.job_problems() p
  join ops.jobs j on j.name = p.name
  cross join lateral (
    select not exists (
      select 1 from cron.job c
      where c.jobname = j.name and c.active and (c.schedule, c.command) = (j.schedule, j.command)
    ) as mended_by_scheduling
  ) c;
comment on view ops.attention_jobs is 'For ops.attention: jobs of ops.jobs that pg_cron does not run as it should.';
