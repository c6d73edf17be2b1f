begin;
select plan(3);

select tests.a_provider();
create function tests.a_run(age interval, missed integer, status outbox.delivery_status) returns text language plpgsql as $$
declare
  v_run uuid := inbox.reconcile('tests');
begin
  update inbox.reconciliations r set started_at = now() - age, missed = a_run.missed where r.id = v_run;
  update outbox.deliveries d
  set status = a_run.status, settled_at = case when a_run.status not in ('pending', 'sending') then now() end, lease_until = case when a_run.status = 'sending' then now() end
  from outbox.messages m where m.id = d.message_id and m.payload::jsonb -> 'data' ->> 'reconciliation_id' = v_run::text;
  update outbox.messages m set created_at = now() - age where m.payload::jsonb -> 'data' ->> 'reconciliation_id' = v_run::text;
  return v_run;
end
$$;
create temporary table runs as
select n, tests.a_run(age, missed, status::outbox.delivery_status)::uuid as id from (values
  ('new', interval '23 hours', 0, 'delivered'), ('old', '25 hours', 0, 'delivered'), ('dead', '25 hours', 0, 'dead'), ('waits', '25 hours', 0, 'pending'),
  ('under way', '25 hours', 0, 'sending'), ('very old', '8 days', 0, 'delivered'), ('found', '89 days', 1, 'delivered'), ('found long ago', '91 days', 1, 'delivered')
) v (n, age, missed, status);
insert into inbox.inquiries (provider, ref, next_at) values ('tests', 'old', now() - interval '61 days'), ('tests', 'new', now() - interval '59 days');
select ops.tidy();

select is(
  (select array_agg(r.n order by r.n) from runs r join outbox.messages m on m.record_key = 'reconciliations/tests' and m.payload::jsonb -> 'data' ->> 'reconciliation_id' = r.id::text),
  '{new,"under way",waits}', 'requests are kept for a day, and as long as they wait'
);
select is((select array_agg(r.n order by r.n) from runs r join inbox.reconciliations x on x.id = r.id), '{dead,found,new,old,"under way",waits}', 'what was done for seven, and for 90 where something was missing');
select is((select array_agg(i.ref) from inbox.inquiries i where i.provider = 'tests'), '{new}', 'whom to ask for 60');

select * from finish();
rollback;
