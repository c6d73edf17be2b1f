create view ops.attention_jobs with (security_invoker = on) as
  select 'job not running' as what, p.name as id, p.name as which,
    format('Cron job "%s": %s. %s', p.name, p.problem, j.purpose) as why, p.since,
    'select ops.schedule_jobs()' as remedy
  from ops.job_problems() p
  join ops.jobs j on j.name = p.name;
comment on view ops.attention_jobs is 'For ops.attention: jobs of ops.jobs that pg_cron does not run as it should.';
