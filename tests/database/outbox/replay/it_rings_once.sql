begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('m' || n, 'delivered', '1 hour') from generate_series(1, 3) n;
select set_config('signalbox.rung', '', true);
select outbox.set_functions_url('https://tests.example/functions/v1');
select outbox.replay('tests_a', '{"everything": true}', 'once more');
select is((select count(*) from net.http_request_queue q where q.url = 'https://tests.example/functions/v1/dispatch'),
  1::bigint, 'one bell for all of them');

select * from finish();
rollback;
