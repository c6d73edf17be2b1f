-- An order, its payment, and every message about them. Put an order's number in place of the newest.
with the_order as (
  select * from public.orders where number = (select max(number) from public.orders)
), keys as (
  select 'orders/' || o.id as key from the_order o union all select 'payments/' || o.payment_id from the_order o
)
select m.created_at, m.type, m.record_key, d.destination, d.status, d.attempts, d.last_error, m.event_id
from keys k
join outbox.messages m on m.record_key = k.key
left join outbox.deliveries d on d.message_id = m.id
order by m.sequence, d.id;
