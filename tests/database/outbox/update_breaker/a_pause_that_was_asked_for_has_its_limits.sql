begin;
select plan(5);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('a' || n) from generate_series(1, 3) n;
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'a1', 'retry', '{"status_code": 429, "error": "429"}');
select is(tests.the_hold(), 1, 'without a Retry-After it is a second');
select tests.record('courier', 'a2', 'retry', '{"status_code": 429, "error": "429", "retry_after_ms": 86400000}');
select is(tests.the_hold(), 300, 'none lasts longer than five minutes');
select tests.record('courier', 'a3', 'retry', '{"status_code": 429, "error": "429", "retry_after_ms": 2000}');
select is(tests.the_hold(), 300, 'and a shorter one does not shorten a hold');

update outbox.destinations set held_until = now() + interval '1 hour', held_reason = 'no secret' where name = 'tests_a';
select outbox.update_breaker('tests_a', 0, 0, null, '10 seconds');
select is((tests.the_destination('tests_a')).held_reason, 'no secret', 'a hold that continues keeps its reason');
update outbox.destinations set held_until = now() - interval '1 hour' where name = 'tests_a';
select outbox.update_breaker('tests_a', 0, 0, null, '10 seconds');
select is((tests.the_destination('tests_a')).held_reason, 'It asked for a pause (429).', 'one that has ended does not');

select * from finish();
rollback;
