begin;
select plan(1);

select results_eq(
  $$ select j.schedule, j.command, j.active from cron.job j where j.jobname like 'signalbox: %' order by j.command $$,
  $$ values
    ('* * * * *', 'select commerce.expire_checkouts()', true),
    ('* * * * *', 'select community.run_conversations()', true), ('5 seconds', 'select console.step_jobs()', true),
    ('* * * * *', 'select inbox.reconcile_all()', true),
    ('30 seconds', 'select inbox.retry_due()', true),
    ('*/10 * * * *', 'select ops.audit_consistency()', true), ('* * * * *', 'select ops.link_recent()', true),
      ('* * * * *', 'select ops.purge_all()', true),
    ('* * * * *', 'select ops.tell_attention()', true),
    ('* * * * *', 'select outbox.mend_clock()', true), ('5 seconds', 'select outbox.ring_if_due()', true),
    ('* * * * *', 'select tutoring.remind()', true) $$,
  'expires, goes on with conversations, steps jobs, reconciles, retries, audits, links, purges, alerts, mends the '
    'clock, rings, reminds'
);

select * from finish();
rollback;
