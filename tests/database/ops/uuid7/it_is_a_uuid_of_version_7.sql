begin;
select plan(3);

select matches(string_agg(ops.uuid7()::text, ' '),
  '^([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} ?){50}$', 'version 7, variant 10 (RFC 9562)')
  from generate_series(1, 50);
select is((select count(distinct ops.uuid7())::integer from generate_series(1, 1000)), 1000, 'no two are the same');
create temporary table made as
select clock_timestamp() as before,
  to_timestamp(('x' || translate(left(ops.uuid7()::text, 13), '-', ''))::bit(48)::bigint / 1000.0) as moment,
  clock_timestamp() as after;
select ok((select moment between before - interval '1 ms' and after + interval '1 ms' from made),
  'it begins with the milliseconds since 1970');

select * from finish();
rollback;
