begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_courier('courier');
select tests.a_delivery('one');
select tests.claim('courier');
select tests.record('courier', 'one', 'postponed', '{"retry_after_ms": 60000, "error": "It takes time."}');
select tests.comes_due('one');
select tests.claim('courier');
select tests.record('courier', 'one', 'retry', '{"status_code": 503, "error": "503"}');
select cmp_ok((tests.the_delivery('one')).next_attempt_at, '<', clock_timestamp() + interval '10 seconds',
  'as after any first failure');

select tests.comes_due('one');
select tests.claim('courier');
select tests.record('courier', 'one', 'retry', '{"status_code": 503}');
select cmp_ok((tests.the_delivery('one')).next_attempt_at, '>', clock_timestamp() + interval '4 minutes',
  'the second, though nothing says why, is followed by the second wait');
select tests.comes_due('one');
select tests.claim('courier');
select tests.record('courier', 'one', 'retry', '{"status_code": 503, "error": "503"}');
select cmp_ok((tests.the_delivery('one')).next_attempt_at, '>', clock_timestamp() + interval '25 minutes',
  'and the third by the third');
select is((tests.the_delivery('one')).attempts, 4, 'each has its number');

select * from finish();
rollback;
