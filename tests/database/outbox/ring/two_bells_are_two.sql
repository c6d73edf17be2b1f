begin;
select plan(1);

select tests.a_quiet_outbox();
select outbox.set_functions_url('https://example.supabase.co/functions/v1');
select outbox.ring(), outbox.ring();

select is(
  (select count(distinct convert_from(q.body, 'UTF8')::jsonb ->> 'nonce')::integer from net.http_request_queue q
    where q.url = 'https://example.supabase.co/functions/v1/dispatch'),
  (select count(*)::integer from net.http_request_queue q
    where q.url = 'https://example.supabase.co/functions/v1/dispatch'), 'each has a nonce of its own'
);

select * from finish();
rollback;
