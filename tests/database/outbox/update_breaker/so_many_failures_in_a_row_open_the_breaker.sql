begin;
select plan(8);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', breaker_after => 3);
select tests.a_delivery('a' || n) from generate_series(1, 5) n;
select tests.a_courier('courier');
select tests.claim('courier', 2);
select tests.record_all('courier', 'retry', '{"status_code": 500, "error": "500"}');
select is((tests.the_destination('tests_a')).opened_at, null, 'two failures do not open it');
select is((tests.the_destination('tests_a')).failures, 2, 'but are counted');
select is(tests.claim('courier', 1), 'a3', 'sending continues');
select tests.record('courier', 'a3', 'retry', '{"status_code": null, "error": "No answer within 1000 ms."}');

select isnt((tests.the_destination('tests_a')).opened_at, null, 'the third opens it');
select is(tests.the_hold(), 10, 'for ten seconds nothing is sent');
select is((tests.the_destination('tests_a')).held_reason,
  'Its breaker is open: 3 attempts in a row failed. No answer within 1000 ms.', 'it says why');
select is(tests.claim('courier'), null, 'not even messages without an attempt');
select is((select count(*)::integer from outbox.deliveries d where d.status = 'pending'), 5, 'everything is kept');

select * from finish();
rollback;
