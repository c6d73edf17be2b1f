begin;
select plan(2);

insert into public.checkout_sessions (email, total_minor, currency, expires_at) select 'x@tests.example', 1, 'EUR',
  now() - interval '1 hour' from generate_series(1, 1001);

select is((select count(*)::integer from ops.audit_consistency()), 1000, 'it stores a thousand');
select is((select a.found - jsonb_array_length(a.findings) from ops.audits a order by a.id desc limit 1), 1,
  'and counts all of them');

select * from finish();
rollback;
