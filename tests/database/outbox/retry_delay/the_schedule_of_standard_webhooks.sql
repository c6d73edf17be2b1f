begin;
select plan(2);

select is(
  (select count(*)::integer
    from unnest('{5 seconds,5 minutes,30 minutes,2 hours,5 hours,10 hours,14 hours,20 hours,24 hours}'::interval[])
    with ordinality as s (wait, n)
   where outbox.retry_delay(n::integer) between s.wait and s.wait * 1.1), 9,
     'never less than announced, and at most a tenth more'
);
select is(outbox.retry_delay(10), null, 'after the tenth attempt there is none');

select * from finish();
rollback;
