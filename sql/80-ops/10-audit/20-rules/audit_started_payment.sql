create view ops.audit_started_payment (what, id, which, why, remedy) with (security_invoker = on) as
select 'payment started for another checkout', s.id::text, s.provider || ' ' || s.provider_ref,
  format('It was started for checkout %s, and paid for %s.', s.checkout_session_id, p.checkout_session_id),
  ops.remedy(
    'Notes what was decided, after it was found out what the buyer meant.',
    format('select ops.acknowledge(''payment started for another checkout'', %L, ''<why>'')', s.id),
    refund.does, refund.statement
  )
from public.started_payments s
join public.payments p on p.provider = s.provider and p.provider_ref = s.provider_ref
cross join ops.refund_statement(p) refund
where p.checkout_session_id <> s.checkout_session_id;
comment on view ops.audit_started_payment is
  'A rule of ops.inconsistencies: a payment is for the checkout that it was started for.';
