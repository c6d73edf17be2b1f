begin;
select plan(2);

select tests.a_quiet_outbox();
select outbox.set_functions_url('https://tests.example/functions/v1');
select tests.a_destination('tests_a');
select tests.a_courier('courier');
select tests.a_delivery('one');

select is((select count(*)::integer from net.http_request_queue q
  where q.url = 'https://tests.example/functions/v1/dispatch'), 0, 'it will look again by itself');
select ok(
  exists (select 1 from pg_locks l where l.locktype = 'advisory' and l.pid = pg_backend_pid() and l.mode = 'ShareLock'
    and (l.classid::bigint << 32 | l.objid::bigint) = outbox.courier_lock()),
  'and cannot end its run before this commit'
);

select * from finish();
rollback;
