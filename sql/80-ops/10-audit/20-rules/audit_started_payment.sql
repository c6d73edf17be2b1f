create view ops.audit_started_payment (what, id, which, why, remedy) with (security_invoker = on) as
select 'payment started for another checkout', s.id::text, s.provider || ' ' || s.provider_ref,
  format('It was started for checkout %s, and paid for %s.', s.checkout_session_id, p.checkout_session_id),
  'find out what the buyer meant; refund the payment that was not meant'
from public.started_payments s
join public.payments p on p.provider = s.provider and p.provider_ref = s.provider_ref
where p.checkout_session_id <> s.checkout_session_id;
comment on view ops.audit_started_payment is
  'A rule of ops.inconsistencies: a payment is for the checkout that it was started for.';
