begin;
select plan(2);

-- Couriers ask for what is due many times a second, also after an outage that left thousands of failed deliveries.
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('a' || n) from generate_series(1, 1000) n;
update outbox.deliveries d set next_attempt_at = now() + interval '1 hour' where d.destination = 'tests_a';
create temp table reads as select tests.rows_read('outbox.deliveries') as before;
set local enable_seqscan = off;

select is((select count(*) from outbox.due()), 0::bigint, 'nothing is due');
select is(tests.rows_read('outbox.deliveries') - (select r.before from reads r), 0::bigint,
  'and none of what waits was read');

select * from finish();
rollback;
