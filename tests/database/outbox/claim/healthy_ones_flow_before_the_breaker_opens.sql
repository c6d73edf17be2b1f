begin;
select plan(2);

select tests.a_quiet_outbox();
-- Its breaker never opens: what is claimed is decided by the queue alone.
select tests.a_destination('tests_a', breaker_after => 1000);
update outbox.destinations set max_in_flight = 10 where name = 'tests_a';
select tests.a_delivery('poison' || n) from generate_series(1, 40) n;
select tests.a_delivery('healthy' || n) from generate_series(1, 40) n;
select tests.a_courier('courier');

select unalike(tests.claim('courier', 10), '%healthy%', 'the oldest are all poison messages');
select tests.record_all('courier', 'retry');
select matches(tests.claim('courier', 10), 'healthy40',
  'after a failure part of each claim is from the newest end of the queue, where no failing message is in front');

select * from finish();
rollback;
