create view ops.audit_order_total (what, id, which, why, remedy) with (security_invoker = on) as
select 'order and checkout differ in total', o.id::text, 'order ' || o.number,
  format(
    'The order says %s, its checkout %s, with tax %s, shipping %s, discount %s.',
    ops.money(o.total_minor, o.currency), ops.money(s.total_minor, s.currency), ops.money(o.tax_minor, o.currency),
    ops.money(o.shipping_minor, o.currency), ops.money(o.discount_minor, o.currency)
  ),
  ops.remedy(
    'Notes what was decided. The checkout is what the buyer saw: refund the excess first.',
    format('select ops.acknowledge(''order and checkout differ in total'', %L, ''<why>'')', o.id),
    'refunds a part of it (fill in the amount, in minor units).',
    format('select commerce.request_refund(%L, <amount>, reason => ''<why>'')', o.payment_id)
  )
from public.orders o
join public.checkout_sessions s on s.id = o.checkout_session_id
where o.currency <> s.currency
  or o.total_minor - (s.total_minor - o.discount_minor + o.shipping_minor) not between 0 and o.tax_minor;
comment on view ops.audit_order_total is
  'A rule of ops.inconsistencies: an order comes to what its checkout said, with its tax, shipping and discount.';
