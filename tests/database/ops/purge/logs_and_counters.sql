begin;
select plan(4);

insert into outbox.couriers (id, pump, started_at, awake_until)
select ops.uuid7_at(now() - age), pump, now() - age, awake_until from (values
  ('tests old', interval '26 hours', null), ('tests awake', '25 hours', now()), ('tests new', '23 hours', null)
) v (pump, age, awake_until);
insert into inbox.rejections (provider, reason, minute) values
  ('tests', 'old', date_trunc('minute', now() - interval '91 days', 'UTC')),
  ('tests', 'new', date_trunc('minute', now() - interval '89 days', 'UTC'));
insert into cron.job_run_details (jobid, runid, username, status, start_time, end_time) values
  (-1, -4, current_user, 'starting', null, null), (-1, -3, current_user, 'failed', null, null),
  (-1, -2, current_user, 'succeeded', now(), now() - interval '25 hours'),
    (-1, -1, current_user, 'running', now() - interval '23 hours', null);
insert into inbox.inquiries (provider, ref, next_at) values ('tests', 'old', now() - interval '61 days'),
  ('tests', 'new', now() - interval '59 days');
select ops.purge_all();

select is((select array_agg(c.pump order by c.pump) from outbox.couriers c where c.pump like 'tests%'),
  '{"tests awake","tests new"}', 'runs of the courier are kept for a day');
select is((select array_agg(r.reason) from inbox.rejections r where r.provider = 'tests'), '{new}',
  'rejections for 90 days');
select is((select array_agg(d.status order by d.runid) from cron.job_run_details d where d.jobid = -1),
  '{starting,running}', 'cron''s log for a day, except jobs that are running');
select is((select array_agg(i.ref) from inbox.inquiries i where i.provider = 'tests'), '{new}',
  'inquiries for 60 days');

select * from finish();
rollback;
