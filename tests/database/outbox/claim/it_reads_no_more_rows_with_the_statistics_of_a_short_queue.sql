begin;
select plan(2);

-- The rows of outbox.deliveries that a claim reads, counted: a time would depend on the machine.
create function pg_temp.rows_read() returns bigint language sql as $$
  select t.seq_tup_read + t.idx_tup_fetch
  from pg_catalog.pg_stat_xact_user_tables t
  where t.relid = 'outbox.deliveries'::regclass
$$;
create function pg_temp.rows_that_a_claim_reads() returns bigint language plpgsql as $$
declare
  v_before bigint := pg_temp.rows_read();
begin
  perform outbox.claim(tests.id('courier'), 10);
  return pg_temp.rows_read() - v_before;
end
$$;

select tests.a_quiet_outbox();
select tests.a_courier('courier');
-- As autovacuum may leave them: of a queue that was short.
select tests.a_destination('tests_old');
select tests.a_delivery('old', 'things/1', 'tests_old') from generate_series(1, 5);
analyze outbox.deliveries;
select tests.a_destination('tests_few');
select tests.a_delivery('few', 'things/1', 'tests_few') from generate_series(1, 300);
create temp table reads as select pg_temp.rows_that_a_claim_reads() as of_few;
select cmp_ok((select r.of_few from reads r), '>', 0::bigint, 'what a claim reads is counted');

update outbox.destinations d set paused_at = now(), paused_reason = 'tests' where d.name = 'tests_few';
select tests.a_destination('tests_many');
select tests.a_delivery('many', 'things/1', 'tests_many') from generate_series(1, 3000);
select cmp_ok(pg_temp.rows_that_a_claim_reads(), '<', (select 2 * r.of_few from reads r),
  'nor with the statistics of a short queue');

select * from finish();
rollback;
