create view ops.audit_checkout_expiry (what, id, which, why, remedy) with (security_invoker = on) as
select 'checkout open past its time', s.id::text, 'checkout of ' || s.email,
  format('It should have expired at %s.', ops.iso_utc(s.expires_at)), 
  ops.remedy('Expires it: what it held is on sale again.', 'select commerce.expire_checkouts()')
from public.checkout_sessions s
where s.status = 'open' and s.expires_at < now() - interval '10 minutes';
comment on view ops.audit_checkout_expiry is 'A rule of ops.inconsistencies: an unpaid checkout expires in time.';
