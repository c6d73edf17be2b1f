begin;
select plan(1);

-- Whatever the fraction of the second is: a bell must not be younger than the time at which it is checked.
select tests.a_quiet_outbox();
select outbox.set_functions_url('https://example.supabase.co/functions/v1');
-- Into the second half of a second.
select pg_sleep(case when f < 0.55 then 0.55 - f when f > 0.9 then 1.55 - f else 0 end)
  from (select date_part('epoch', clock_timestamp())::numeric % 1 as f) t;
create temporary table rung as select clock_timestamp() as at, outbox.ring() as request;

select cmp_ok(
  (select (convert_from(q.body, 'UTF8')::jsonb ->> 'expires_at')::numeric from net.http_request_queue q join rung r
    on r.request = q.id), '<=',
  (select date_part('epoch', clock_timestamp())::numeric + 60 from rung),
    'it expires within a minute, so that a bell checked at once is genuine'
);

select * from finish();
rollback;
