begin;
select plan(3);

select tests.a_quiet_outbox();
select outbox.set_functions_url('https://tests.example/functions/v1');
select tests.a_destination('tests_a');
select tests.a_delivery('one');
update outbox.destinations set held_until = now() + interval '1 minute', held_reason = 'no secret'
  where name = 'tests_a';
select outbox.resume('tests_a');

select is((tests.the_destination('tests_a')).held_until, null, 'the hold is lifted');
select ok((select count(*) >= 1 from net.http_request_queue q
  where q.url = 'https://tests.example/functions/v1/dispatch'), 'the bell rings');
select tests.a_courier('courier');
select is(tests.claim('courier'), 'one', 'and it is sent');

select * from finish();
rollback;
