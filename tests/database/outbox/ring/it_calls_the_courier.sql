begin;
select plan(5);

select tests.a_quiet_outbox();
select outbox.set_functions_url('https://example.supabase.co/functions/v1/');
select tests.remember('request', outbox.ring()::text);
create temporary table bell as
select q.method, q.url, convert_from(q.body, 'UTF8')::jsonb as body from net.http_request_queue q
  where q.id = current_setting('tests.request')::bigint;

select is((select b.url from bell b), 'https://example.supabase.co/functions/v1/dispatch', 'at its URL');
select is((select b.method::text from bell b), 'POST', 'with a POST');
select is((select array_agg(k order by k) from bell b, jsonb_object_keys(b.body) k), '{expires_at,nonce,signature}',
  'that holds only its proof of origin');
select matches((select b.body ->> 'signature' from bell b), '^[0-9a-f]{64}$', 'by a signature');
select is(
  (select count(*)::integer from bell b, vault.decrypted_secrets s where b.body::text like '%' || s.decrypted_secret
    || '%'), 0, 'no secret is in it'
);

select * from finish();
rollback;
