begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', breaker_after => 2);
select tests.a_delivery('a' || n) from generate_series(1, 4) n;
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'a1', 'retry', '{"error": "500"}');
select tests.record('courier', 'a2', 'delivered');
select is((tests.the_destination('tests_a')).failures, 0, 'a success in between');
select tests.record('courier', 'a3', 'retry', '{"error": "500"}');
select is((tests.the_destination('tests_a')).opened_at, null, 'they were not in a row');
update outbox.destinations set last_delivered_at = last_delivered_at - interval '6 seconds' where name = 'tests_a';
select tests.record('courier', 'a4', 'retry', '{"error": "500"}');

select isnt((tests.the_destination('tests_a')).opened_at, null, 'these are');

select * from finish();
rollback;
