create view ops.bought_items with (security_invoker = on) as
select o.id as order_id, o.number, o.status, o.email, o.payment_id, o.checkout_session_id, i.id as item_id, i.kind,
  i.sku, i.cohort_id, i.settled_without_stock, r.status as reservation, i.ships
from public.orders o
join public.order_items i on i.order_id = o.id
left join public.stock_reservations r
  on r.checkout_session_id = o.checkout_session_id and r.product_id = i.product_id
  and r.starts_at is not distinct from i.starts_at;
comment on view ops.bought_items is
  'The items of orders, each with the reservation that it came from. For the rules of ops.inconsistencies.';
