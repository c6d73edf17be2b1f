begin;
select plan(2);

select tests.a_provider();
select tests.receive(tests.fact_pending('pay_1'));
update public.payments p set created_at = now() - interval '10 minutes' where p.provider = 'tests';
create function tests.runs_after(pause interval) returns integer language plpgsql as $$
begin
  update inbox.reconciliations r set started_at = r.started_at - pause where r.provider = 'tests';
  update outbox.deliveries d set status = 'delivered', settled_at = now() where d.record_key = 'reconciliations/tests'
    and d.status = 'pending';
  perform inbox.note_reconciliation(r.id, 0, 0, 0, true, 'Not connected: TESTS_API_KEY not set.')
    from inbox.reconciliations r where r.provider = 'tests';
  perform inbox.reconcile_all();
  return (select count(*) from inbox.reconciliations r where r.provider = 'tests');
end
$$;
select is(tests.runs_after('0'), 1, 'the first time');
select is(tests.runs_after('1 minute'), 1, 'not a minute later: its API key is not set');

select * from finish();
rollback;
