create view ops.attention_audit with (security_invoker = on) as
  select f.what, f.id, f.which, f.why, f.since, f.remedy
  from (select a.findings from ops.audits a order by a.id desc limit 1) latest,
    jsonb_to_recordset(latest.findings) as f (what text, id text, which text, why text, remedy text, since timestamptz)
  where not exists (
    select 1 from ops.acknowledgements a where (a.what, a.id, a.seen) = (f.what, f.id, f.why)
  )
  union all
  select 'audit overdue', 'audit', 'audit',
    'Whether all is consistent was not looked at for over 25 minutes; it should be every ten. Money or stock that does '
    'not add up is not seen meanwhile.', latest.at,
    ops.remedy('Schedules the jobs that pg_cron does not have, and looks now.',
      'select ops.schedule_jobs(), ops.audit_consistency()')
  from (
    -- Before the first one: since there is something to check.
    select coalesce((select a.finished_at from ops.audits a order by a.id desc limit 1),
      (select min(o.created_at) from public.orders o)) as at
  ) latest
  where latest.at < now() - interval '25 minutes';
comment on view ops.attention_audit is 'For ops.attention: what the last audit found, and that there was none.';
