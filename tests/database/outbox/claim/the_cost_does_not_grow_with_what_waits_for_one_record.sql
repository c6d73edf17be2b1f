begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('a' || n, 'things/1') from generate_series(1, 500) n;
select tests.a_delivery('b', 'things/2');
select tests.a_courier('courier');

select is(tests.claim('courier'), 'a1 b', 'the first of each record is claimed, however many wait between them');
select is(
  (select count(*) from outbox.deliveries d where d.destination = 'tests_a' and d.status = 'pending'
    and d.next_attempt_at <= clock_timestamp()),
  0::bigint, 'those that wait for their record do not look due, so that no later claim reads them again'
);
select tests.record('courier', 'a1', 'delivered');
select is(
  (select count(*) from outbox.deliveries d where d.destination = 'tests_a' and d.status = 'pending'
    and d.next_attempt_at <= clock_timestamp()),
  1::bigint, 'the first is delivered: the next one alone is due'
);
select is(tests.claim('courier'), 'a2', 'and goes');

select * from finish();
rollback;
