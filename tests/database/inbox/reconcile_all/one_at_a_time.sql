begin;
select plan(5);

select tests.a_provider();
create function tests.runs() returns integer language plpgsql as $$
begin
  update inbox.reconciliations r set started_at = r.started_at - interval '6 minutes' where r.provider = 'tests';
  perform inbox.reconcile_all();
  return (select count(*) from inbox.reconciliations r where r.provider = 'tests');
end
$$;
create function tests.the_last_becomes(outcome outbox.delivery_status) returns void language sql as $$
  update outbox.deliveries d
  set status = outcome, lease_until = case when outcome = 'sending' then now() + interval '1 minute' end,
    settled_at = case when outcome not in ('pending', 'sending') then now() end
  where d.id = (select max(x.id) from outbox.deliveries x where x.record_key = 'reconciliations/tests')
$$;
select is(tests.runs(), 1, 'it is being reconciled');
select is(tests.runs(), 1, 'not again while it waits');
select tests.the_last_becomes('sending');
select is(tests.runs(), 1, 'nor while it is in progress');
select tests.the_last_becomes('delivered');
select is(tests.runs(), 2, 'again once it is done');
select tests.the_last_becomes('dead');
select is(tests.runs(), 3, 'or once it is dead: a dead run stops no later one');

select * from finish();
rollback;
