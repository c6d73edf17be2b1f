begin;
select plan(3);

insert into outbox.couriers (pump, started_at) values ('tests old', now() - interval '25 hours'), ('tests new', now() - interval '23 hours');
insert into inbox.rejections (provider, reason, minute) values
  ('tests', 'old', date_trunc('minute', now() - interval '91 days', 'UTC')), ('tests', 'new', date_trunc('minute', now() - interval '89 days', 'UTC'));
insert into cron.job_run_details (jobid, runid, username, status, end_time) values
  (-1, -1, current_user, 'tests old', now() - interval '25 hours'), (-1, -2, current_user, 'tests new', now() - interval '23 hours');
select ops.tidy();

select results_eq($$ select c.pump from outbox.couriers c where c.pump like 'tests%' $$, $$ values ('tests new') $$, 'runs of the courier are kept for a day');
select results_eq($$ select r.reason from inbox.rejections r where r.provider = 'tests' $$, $$ values ('new') $$, 'rejections for 90');
select results_eq($$ select d.status from cron.job_run_details d where d.jobid = -1 $$, $$ values ('tests new') $$, 'cron''s log for a day');

select * from finish();
rollback;
