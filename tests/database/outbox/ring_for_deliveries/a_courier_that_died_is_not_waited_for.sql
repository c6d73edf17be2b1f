begin;
select plan(1);

select tests.a_quiet_outbox();
select outbox.set_functions_url('https://tests.example/functions/v1');
select tests.a_destination('tests_a');
select tests.a_courier('courier');
update outbox.couriers set awake_until = now() - interval '1 second';
select tests.a_delivery('one');

select is((select count(*)::integer from net.http_request_queue q
  where q.url = 'https://tests.example/functions/v1/dispatch'), 1,
  'a courier that was last awake a while ago is dead: the bell rings');

select * from finish();
rollback;
