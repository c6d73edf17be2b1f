begin;
select plan(3);

create function tests.is_locked(key text) returns boolean language sql as $$
  select exists (
    select 1 from pg_locks l
    where l.locktype = 'advisory' and l.pid = pg_backend_pid() and l.granted and l.objsubid = 1
      and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended(key, 0)
  )
$$;
select inbox.lock_keys(jsonb_build_array(
  tests.an_event('evt_1', tests.fact_captured('pi_1'), tests.fact_refund('re_1', 'pi_2', 1)),
  tests.an_event('evt_2') || '{"facts": null}', tests.an_event('evt_3') || '{"facts": [null]}'
));

select ok(tests.is_locked('tests/payment/pi_1'), 'the payment of the first fact');
select ok(tests.is_locked('tests/payment/pi_2'), 'the payment of the second');
select ok(not tests.is_locked('tests/payment/pi_3'), 'and no other');

select * from finish();
rollback;
