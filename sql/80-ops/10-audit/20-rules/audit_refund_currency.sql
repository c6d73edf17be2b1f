create view ops.audit_refund_currency (what, id, which, why, remedy) with (security_invoker = on) as
select 'refund in another currency than its payment', r.id::text, r.provider || ' ' || r.provider_ref,
  format(
    '%s were refunded of a payment in %s, and are not counted here.', ops.money(r.amount_minor, r.currency), p.currency
  ),
  ops.remedy(
    'Notes what was decided, after the amount was found out at the provider and recorded.',
    format('select ops.acknowledge(''refund in another currency than its payment'', %L, ''<why>'')', r.id),
    format('records it in %s (fill in the amount, in minor units).', p.currency),
    format('select commerce.record_refund(%L, <amount>, %L, reason => ''<why>'')', p.id, r.provider_ref)
  )
from public.refunds r
join public.payments p on p.id = r.payment_id
where r.currency <> p.currency and r.status in ('pending', 'succeeded');
comment on view ops.audit_refund_currency is
  'A rule of ops.inconsistencies: a refund is in the currency of its payment.';
