create view ops.audit_order_amount (what, id, which, why, remedy) with (security_invoker = on) as
select 'order and payment differ in amount', o.id::text, 'order ' || o.number,
  format(
    'The order is of %s, captured were %s, and no admin accepted that.', ops.money(o.total_minor, o.currency),
    ops.money(p.amount_minor, p.currency)
  ),
  ops.remedy(
    'Notes that the difference was accepted, or refunded.',
    format('select ops.acknowledge(''order and payment differ in amount'', %L, ''<why>'')', o.id),
    'refunds what was paid too much.',
    case when o.currency = p.currency and p.amount_minor - p.refunded_minor > o.total_minor then
      format('select commerce.request_refund(%L, %s, reason => ''<why>'')', p.id,
        p.amount_minor - p.refunded_minor - o.total_minor)
    end
  )
from public.orders o
join public.payments p on p.id = o.payment_id
where (o.total_minor, o.currency) is distinct from (p.amount_minor, p.currency)
  and p.reviewed_at is null and p.captured_at is not null
  and (
    p.part_of is null or o.currency <> p.currency or commerce.captured_in_parts(p, refunded => true) <> o.total_minor
  );
comment on view ops.audit_order_amount is
  'A rule of ops.inconsistencies: what was captured for an order is its total, or an admin accepted the difference.';
