begin;
select plan(3);

select tests.a_provider();
create function tests.runs_after(pause interval) returns integer language plpgsql as $$
begin
  update inbox.reconciliations r set started_at = r.started_at - pause where r.provider = 'tests';
  update outbox.deliveries d set status = 'delivered', settled_at = now() where d.record_key = 'reconciliations/tests'
    and d.status = 'pending';
  perform inbox.reconcile_all();
  return (select count(*) from inbox.reconciliations r where r.provider = 'tests');
end
$$;
select is(tests.runs_after('0'), 1, 'the first time');
select is(tests.runs_after('4 minutes'), 1, 'not yet again');
select is(tests.runs_after('1 minute'), 2, 'again after five minutes');

select * from finish();
rollback;
