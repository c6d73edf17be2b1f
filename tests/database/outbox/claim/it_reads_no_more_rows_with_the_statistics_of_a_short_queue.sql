begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_courier('courier');
-- As autovacuum may leave them: of a queue that was short.
select tests.a_destination('tests_old');
select tests.a_delivery('old', 'things/1', 'tests_old') from generate_series(1, 5);
analyze outbox.deliveries;
select tests.a_destination('tests_few');
select tests.a_delivery('few', 'things/1', 'tests_few') from generate_series(1, 300);
create temp table reads as select tests.rows_that_a_claim_reads('courier') as of_few;
select cmp_ok((select r.of_few from reads r), '>', 0::bigint, 'what a claim reads is counted');

update outbox.destinations d set paused_at = now(), paused_reason = 'tests' where d.name = 'tests_few';
select tests.a_destination('tests_many');
select tests.a_delivery('many', 'things/1', 'tests_many') from generate_series(1, 3000);
select cmp_ok(tests.rows_that_a_claim_reads('courier'), '<', (select 2 * r.of_few from reads r),
  'nor with the statistics of a short queue');

select * from finish();
rollback;
