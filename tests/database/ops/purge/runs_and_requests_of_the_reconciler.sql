begin;
select plan(2);

select tests.a_provider();
create function tests.a_run(age interval, missed integer, status outbox.delivery_status) returns text
  language plpgsql as $$
declare
  v_run uuid := inbox.reconcile('tests');
begin
  perform pg_sleep(0.002); -- so that their ids are in their order
  update inbox.reconciliations r set started_at = now() - age, missed = a_run.missed where r.id = v_run;
  update outbox.deliveries d
  set status = a_run.status, settled_at = case when a_run.status not in ('pending', 'sending') then now() end,
    lease_until = case when a_run.status = 'sending' then now() end
  from outbox.messages m where m.id = d.message_id and m.payload::jsonb -> 'data' ->> 'reconciliation_id' = v_run::text;
  update outbox.messages m set created_at = now() - age where m.payload::jsonb -> 'data' ->> 'reconciliation_id'
    = v_run::text;
  return v_run;
end
$$;
create temporary table runs as
select n, tests.a_run(age, missed, status::outbox.delivery_status)::uuid as id from (values
  ('found long ago', interval '91 days', 1, 'delivered'), ('found', '89 days', 1, 'delivered'),
  ('very old', '8 days', 0, 'delivered'),
  ('old', '25 hours', 0, 'delivered'), ('dead', '25 hours', 0, 'dead'), ('waits', '25 hours', 0, 'pending'),
  ('under way', '25 hours', 0, 'sending'),
  ('new', '23 hours', 0, 'delivered')
) v (n, age, missed, status);
select ops.purge_all();

select is(
  (select array_agg(r.n order by r.n) from runs r join outbox.messages m on m.record_key = 'reconciliations/tests'
    and m.payload::jsonb -> 'data' ->> 'reconciliation_id' = r.id::text),
  '{new,"under way",waits}', 'requests are kept for one day, and as long as they wait'
);
select is((select array_agg(r.n order by r.n) from runs r join inbox.reconciliations x on x.id = r.id),
  '{dead,found,new,old,"under way",waits}', 'complete runs for seven days, and for 90 if something was missing');

select * from finish();
rollback;
