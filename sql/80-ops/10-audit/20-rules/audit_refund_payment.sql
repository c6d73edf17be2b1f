create view ops.audit_refund_payment (what, id, which, why, remedy) with (security_invoker = on) as
select 'refund of another payment', q.id::text, p.provider || ' ' || q.provider_ref,
  format('It was asked for payment %s, and made of %s.', q.payment_id, r.payment_id),
  ops.remedy(
    'Notes what was decided, after both payments were looked at in the provider''s dashboard.',
    format('select ops.acknowledge(''refund of another payment'', %L, ''<why>'')', q.id),
    refund.does, refund.statement
  )
from public.refund_requests q
join public.payments p on p.id = q.payment_id
cross join ops.refund_statement(p) refund
join public.refunds r on r.provider = p.provider and r.provider_ref = q.provider_ref
where r.payment_id <> q.payment_id;
comment on view ops.audit_refund_payment is
  'A rule of ops.inconsistencies: a refund is of the payment that it was requested for.';
