begin;
select plan(6);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', breaker_after => 1);
select tests.a_delivery('a' || n) from generate_series(1, 3) n;
select tests.a_courier('courier');
select tests.claim('courier', 1);
select tests.record('courier', 'a1', 'retry',
  '{"status_code": 429, "error": "The receiver answered 429.", "retry_after_ms": 60000}');

select is(tests.the_hold(), 60, 'a destination that asks for a minute gets a minute');
select is((tests.the_destination('tests_a')).held_reason, 'It asked for a pause (429).', 'it says why');
select is(tests.claim('courier'), null, 'from all deliveries');
select is((tests.the_destination('tests_a')).failures, 0, 'that is no failure');
select is((tests.the_destination('tests_a')).opened_at, null, 'and opens no breaker');
select tests.hold_passes();
select is(tests.claim('courier'), 'a2 a3', 'sending continues afterwards without an admin');

select * from finish();
rollback;
