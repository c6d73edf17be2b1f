begin;
select plan(2);

select is_empty(
  $$ select n from generate_series(1, 100) n
     where outbox.retry_span() < (select sum(outbox.retry_delay(a)) from generate_series(1, 9) a) $$,
  'whatever the jitter of each retry is'
);
select is(
  (select sum(d.delay) from generate_series(10, 100) a, lateral outbox.retry_delay(a) as d (delay)), null,
  'these nine are all'
);

select * from finish();
rollback;
