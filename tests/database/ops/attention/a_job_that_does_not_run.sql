begin;
select plan(6);

select cron.unschedule('signalbox: expire unpaid checkouts');
select cron.alter_job((select j.jobid from cron.job j where j.jobname = 'signalbox: tidy'), active => false);
select results_eq(
  $$ select a.id, a.why, a.severity from ops.attention a where a.what = 'job not running' order by 1 $$,
  $$ values
    ('signalbox: expire unpaid checkouts',
      'Cron job "signalbox: expire unpaid checkouts": pg_cron does not have it. Unpaid checkouts keep their stock.',
      'urgent'::ops.severity),
    ('signalbox: tidy', 'Cron job "signalbox: tidy": it is switched off. Old rows are not removed.', 'urgent') $$,
  'a job that is missing, and one that is switched off'
);
select ok((select bool_and(a.since < now()) from ops.attention a where a.what = 'job not running'),
  'since in the past');
select lives_ok(tests.the_remedy('job not running'), 'both are scheduled anew');
select is_empty($$ select 1 from ops.attention a where a.what = 'job not running' $$, 'and nothing is wrong any more');
select is(ops.schedule_jobs(), 0, 'a second time there is nothing to do');

insert into cron.job_run_details (jobid, runid, status, return_message, start_time)
select j.jobid, 1000000000, 'failed', 'ERROR: out of memory', now() from cron.job j
where j.jobname = 'signalbox: tidy';
select matches((select a.why from ops.attention a where a.what = 'job not running'),
  'its last run failed: ERROR: out of memory', 'a job that fails');

select * from finish();
rollback;
