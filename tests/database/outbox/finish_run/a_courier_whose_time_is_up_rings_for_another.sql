begin;
select plan(3);

select tests.a_quiet_outbox();
select outbox.set_functions_url('https://tests.example/functions/v1');
select tests.a_destination('tests_a');
select tests.a_courier('courier');
select tests.a_delivery('one');
select is((select count(*)::integer from net.http_request_queue q
  where q.url = 'https://tests.example/functions/v1/dispatch'), 0, 'while it is awake the bell is not rung');

select is(outbox.finish_run(tests.id('courier'), true), true, 'its time is up: it ends, whatever is due');
select is((select count(*)::integer from net.http_request_queue q
  where q.url = 'https://tests.example/functions/v1/dispatch'), 1, 'and rings for another run');

select * from finish();
rollback;
