create view ops.audit_payment_refunds (what, id, which, why, remedy) with (security_invoker = on) as
with refunded as (
  select r.payment_id, r.currency, (sum(r.amount_minor) filter (where r.status = 'succeeded'))::bigint as succeeded,
    (sum(r.amount_minor) filter (where r.status in ('failed', 'cancelled')))::bigint as undone
  from public.refunds r
  group by 1, 2
)
select 'payment and its refunds differ', p.id::text, p.provider || ' ' || p.provider_ref,
  format(
    'Its refunded amount is %s, its refunds add up to %s.', ops.money(p.refunded_minor, p.currency),
    ops.money(t.total, p.currency)
  ),
  ops.remedy('Adds its refunds up again.', format('select commerce.refresh_payment(%L)', p.id))
from public.payments p
left join refunded r on r.payment_id = p.id and r.currency = p.currency
cross join lateral commerce.total_refunded(p.amount_minor, r.succeeded, r.undone, p.reported_refunded_minor) t (total)
where p.refunded_minor <> t.total;
comment on view ops.audit_payment_refunds is
  'A rule of ops.inconsistencies: the refunded amount of a payment is the sum of its refunds '
  '(commerce.total_refunded).';
