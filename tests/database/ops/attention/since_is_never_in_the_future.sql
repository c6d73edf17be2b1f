begin;
select plan(2);

select cron.unschedule(j.jobid) from cron.job j;
delete from cron.job_run_details where jobid > 0;
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
update outbox.destinations set held_until = now() + interval '1 minute', held_reason = 'It asked for a pause (429).'
where name = 'tests_a';
delete from vault.secrets where name = 'signalbox_receipts';
insert into outbox.routes (destination, message_type, table_name, operations)
values ('tests_a', 'thing.made', 'public.no_such_table', '{INSERT}');
select is((select count(distinct a.what)::integer from ops.attention a where a.what in
  ('job not running', 'destination held', 'secret missing in Vault', 'route makes no message')), 4, 'four kinds');
select is_empty($$ select a.what from ops.attention a where a.since is null or a.since > now() $$, 'since before now');

select * from finish();
rollback;
