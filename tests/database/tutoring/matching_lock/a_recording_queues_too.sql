begin;
select plan(2);

create function tests.held() returns boolean language sql as $$
  select exists (
    select 1 from pg_locks l
    where l.locktype = 'advisory' and l.pid = pg_backend_pid() and l.granted and (l.classid::bigint << 32) |
      l.objid::bigint = tutoring.matching_lock()
  )
$$;
select ok(not tests.held(), 'the lock is not held yet');
select tutoring.apply_meeting('tests', 'evt_1', tests.fact_meeting('rec_1'));

select ok(tests.held(), 'applying a recording takes it');

select * from finish();
rollback;
