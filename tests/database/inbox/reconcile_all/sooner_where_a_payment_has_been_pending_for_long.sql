begin;
select plan(4);

select tests.a_provider();
create function tests.runs() returns integer language plpgsql as $$
begin
  update outbox.deliveries d set status = 'delivered', settled_at = now() where d.record_key = 'reconciliations/tests'
    and d.status = 'pending';
  perform inbox.reconcile_all();
  return (select count(*) from inbox.reconciliations r where r.provider = 'tests');
end
$$;
select is(tests.runs(), 1, 'reconciled just now');
select tests.receive(tests.fact_pending('pi_1'));
select is(tests.runs(), 1, 'the webhook of a payment of this minute may still arrive');
update public.payments set created_at = now() - interval '4 minutes' where provider = 'tests';
select is(tests.runs(), 2, 'a late one is asked about');
select inbox.asked_about('tests', 'pi_1');
select is(tests.runs(), 2, 'and then it waits its turn again');

select * from finish();
rollback;
