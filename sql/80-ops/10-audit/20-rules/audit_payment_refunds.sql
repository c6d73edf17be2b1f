create view ops.audit_payment_refunds (what, id, which, why, remedy) with (security_invoker = on) as
with refunded as (
  select r.payment_id, r.currency, coalesce(sum(r.amount_minor) filter (where r.status = 'succeeded'), 0) as succeeded,
    coalesce(sum(r.amount_minor) filter (where r.status in ('failed', 'cancelled')), 0) as undone
  from public.refunds r
  group by 1, 2
)
select 'payment and its refunds differ', p.id::text, p.provider || ' ' || p.provider_ref,
  format(
    'Its refunded amount is %s, its refunds add up to %s.', ops.money(p.refunded_minor, p.currency),
    ops.money(greatest(coalesce(r.succeeded, 0), p.reported_refunded_minor - coalesce(r.undone, 0))::bigint, p.currency)
  ),
  ops.remedy('Adds its refunds up again.', format('select commerce.refresh_payment(%L)', p.id))
from public.payments p
left join refunded r on r.payment_id = p.id and r.currency = p.currency
where p.refunded_minor <> greatest(coalesce(r.succeeded, 0), p.reported_refunded_minor - coalesce(r.undone, 0));
comment on view ops.audit_payment_refunds is
  'A rule of ops.inconsistencies: the refunded amount of a payment is the sum of its refunds.';
