begin;
select plan(3);

insert into console.actions (id, who, command, arguments)
select ops.uuid7_at(now() - a), 'tests ' || a, 'outbox.pause', '{}' from unnest('{401 days,399 days}'::interval[]) a;
insert into console.jobs (id, command, what, filters, reason, who, user_id, total, status, ended_at)
select ops.uuid7_at(now() - s.age), 'outbox.retry', 'deliveries', '{}', 'x', 'tests ' || s.status,
  gen_random_uuid(), 0, s.status::console.job_status, s.at
from (values ('done', now() - interval '91 days', interval '91 days'), ('running', null, interval '92 days'))
  s (status, at, age);
select is(ops.purge('console actions', 100) + ops.purge('console jobs', 100), 2, 'the old ones go');
select is((select string_agg(a.who, ' ') from console.actions a where a.who like 'tests %'), 'tests 399 days',
  'younger actions stay');
select is((select string_agg(j.who, ' ') from console.jobs j where j.who like 'tests %'), 'tests running',
  'as does a job that has not ended');

select * from finish();
rollback;
