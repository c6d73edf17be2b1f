begin;
select plan(3);

select tests.a_quiet_outbox();
select outbox.set_functions_url('https://tests.example/functions/v1');
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'one', 'retry', '{"error": "500"}');
select outbox.finish_run(tests.id('courier'), true);
select outbox.retry((tests.the_delivery('one')).id);

select is((tests.the_delivery('one')).next_attempt_at, now(), 'it is due');
select is((tests.the_delivery('one')).attempts_before, 0, 'the schedule continues where it was');
select ok((select count(*) >= 1 from net.http_request_queue q
  where q.url = 'https://tests.example/functions/v1/dispatch'), 'the bell rings');

select * from finish();
rollback;
