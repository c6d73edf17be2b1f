create view ops.audit_order_items_total (what, id, which, why, remedy) with (security_invoker = on) as
select 'order and its items differ in total', o.id::text, 'order ' || o.number,
  format(
    'The order says %s, its items come to %s, with tax %s, shipping %s, discount %s.',
    ops.money(o.total_minor, o.currency), ops.money(coalesce(t.total, 0)::bigint, o.currency),
    ops.money(o.tax_minor, o.currency), ops.money(o.shipping_minor, o.currency), ops.money(o.discount_minor, o.currency)
  ),
  ops.remedy(
    'Notes what was decided, after its items were looked at and any excess was refunded.',
    format('select ops.acknowledge(''order and its items differ in total'', %L, ''<why>'')', o.id),
    'shows what was bought.', format('select * from public.order_items where order_id = %L', o.id)
  )
from public.orders o
left join (
  select i.order_id, sum(i.quantity * i.unit_price_minor::numeric) as total from public.order_items i group by 1
) t on t.order_id = o.id
where o.total_minor - (coalesce(t.total, 0) - o.discount_minor + o.shipping_minor) not between 0 and o.tax_minor;
comment on view ops.audit_order_items_total is
  'A rule of ops.inconsistencies: an order comes to the sum of its items, with its tax, shipping and discount.';
