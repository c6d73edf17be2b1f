begin;
select plan(3);

select tests.a_quiet_outbox();
select outbox.set_functions_url('https://tests.example/functions/v1');
select tests.a_destination('tests_a');
create function tests.bells() returns integer language sql as $$ select count(*)::integer from net.http_request_queue q
  where q.url = 'https://tests.example/functions/v1/dispatch' $$;
select is(tests.bells(), 0, 'no delivery, no bell');
select tests.a_delivery('one');
select is(tests.bells(), 1, 'a delivery rings');
select tests.a_delivery('two');

select is(tests.bells(), 1, 'another of the same transaction does not ring again');

select * from finish();
rollback;
