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
comment on column ops.bought_items.order_id is 'The order (public.orders).';
comment on column ops.bought_items.number is 'The order''s number, as people say it.';
comment on column ops.bought_items.status is 'The order''s status.';
comment on column ops.bought_items.email is 'The buyer''s e-mail address.';
comment on column ops.bought_items.payment_id is 'The payment (public.payments).';
comment on column ops.bought_items.checkout_session_id is 'The checkout (public.checkout_sessions).';
comment on column ops.bought_items.item_id is 'The item (public.order_items).';
comment on column ops.bought_items.kind is 'What kind of product it is.';
comment on column ops.bought_items.sku is 'The product''s name for programs.';
comment on column ops.bought_items.cohort_id is 'The cohort that the seat is in. Null: it is no seat.';
comment on column ops.bought_items.settled_without_stock is
  'An admin settled its order although some of it was not in stock (commerce.settle_order).';
comment on column ops.bought_items.reservation is 'The status of the reservation that it came from. Null: it has none.';
comment on column ops.bought_items.ships is 'Goods only: whether they are sent to an address.';
