begin;
select plan(2);

select tests.a_quiet_outbox();
select outbox.set_functions_url('https://tests.example/functions/v1');
select tests.a_destination('tests_a');
create function tests.bells() returns integer language sql as $$ select count(*)::integer from net.http_request_queue q
  where q.url = 'https://tests.example/functions/v1/dispatch' $$;
savepoint before;
select tests.a_delivery('one');
rollback to before;
select is(tests.bells(), 0, 'the bell is rolled back with its delivery');
select tests.a_delivery('two');

select is(tests.bells(), 1, 'the next delivery rings');

select * from finish();
rollback;
