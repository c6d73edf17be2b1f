create view ops.audit_order_items (what, id, which, why, remedy) with (security_invoker = on) as
with items_of_orders as (
  select o.checkout_session_id, i.product_id, i.starts_at, i.quantity, i.unit_price_minor, i.kind, i.cohort_id,
    i.credits
  from public.order_items i
  join public.orders o on o.id = i.order_id
), items_of_their_checkouts as (
  select c.checkout_session_id, c.product_id, c.starts_at, c.quantity, c.unit_price_minor, c.kind, c.cohort_id,
    c.credits
  from public.checkout_items c
  join public.orders o on o.checkout_session_id = c.checkout_session_id
)
select 'order and checkout differ in items', o.id::text, 'order ' || o.number,
  'What was sold is not what was checked out.',
  ops.remedy(
    'Notes what was decided, after both were compared and the buyer has what was paid for.',
    format('select ops.acknowledge(''order and checkout differ in items'', %L, ''<why>'')', o.id),
    'shows what was checked out, and what was sold.',
    format('select ''checked out'', c.product_id, c.quantity from public.checkout_items c where c.checkout_session_id '
      '= %L union all select ''sold'', i.product_id, i.quantity from public.order_items i where i.order_id = %L',
      o.checkout_session_id, o.id)
  )
from public.orders o
where o.checkout_session_id in (
  (select f.checkout_session_id from (select * from items_of_orders except select * from items_of_their_checkouts) f)
  union
  (select f.checkout_session_id from (select * from items_of_their_checkouts except select * from items_of_orders) f)
);
comment on view ops.audit_order_items is
  'A rule of ops.inconsistencies: an order has the items of its checkout.';
