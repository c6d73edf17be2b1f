begin;
select plan(1);

select results_eq(
  $$ select inbox.retry_delay(n) from generate_series(1, 11) n $$,
  $$ values ('30 seconds'::interval), ('2 minutes'), ('10 minutes'), ('30 minutes'), ('1 hour'), ('2 hours'),
  ('6 hours'), ('12 hours'), ('24 hours'), ('24 hours'), (null) $$,
  'longer each time, and none after the eleventh attempt'
);

select * from finish();
rollback;
