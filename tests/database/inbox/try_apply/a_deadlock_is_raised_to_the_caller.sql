begin;
select plan(3);

create function tests.deadlock() returns trigger language plpgsql as $$ begin raise exception 'deadlock detected'
  using errcode = '40P01'; end $$;
create trigger deadlock before insert on public.customers for each row execute function tests.deadlock();

select throws_ok(
  $$ select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1')),
    tests.an_event('evt_2', tests.fact_customer('cus_1', null))) $$, '40P01', 'deadlock detected',
  'it ends the call and releases its locks'
);
select is((tests.the_event('evt_1')).id, null, 'nothing of the call is kept');
drop trigger deadlock on public.customers;
select is(tests.receive_events(tests.an_event('evt_2', tests.fact_customer('cus_1', null))), 'applied',
  'retried, it succeeds');

select * from finish();
rollback;
