begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', breaker_after => 2);
select tests.a_delivery('a' || n) from generate_series(1, 50) n;
select tests.a_courier('courier');
select tests.claim('courier');
create temporary table stragglers as select d.id from outbox.deliveries d order by d.id limit 10;
update outbox.deliveries set courier = gen_random_uuid() where id in (select s.id from stragglers s);
select tests.record_all('courier', 'retry', '{"error": "500"}');
select is(tests.the_hold(), 10, 'however many were in flight: they are no probes, and double no wait');
select is((tests.the_destination('tests_a')).failures, 2, 'nor do they count');
update outbox.destinations set held_until = clock_timestamp() + interval '5 seconds' where name = 'tests_a';
select outbox.update_breaker('tests_a', 0, 10, '500', null);

select is(tests.the_hold(), 5, 'one that was in flight when it opened does not lengthen the wait');
select is((tests.the_destination('tests_a')).failures, 2, 'and does not count');

select * from finish();
rollback;
