-- All that the events which changed an order caused, in time. Put an order's number in place of the newest.
select s.at, s.step, s.what, s.status, s.detail, s.record_key, s.event_id, s.delivery_id, s.find_it, s.console_url
from ops.event_steps s
where s.event_id in (
  select m.event_id from outbox.messages m
  join public.orders o on m.record_key in ('orders/' || o.id, 'payments/' || o.payment_id)
  where o.number = (select max(number) from public.orders)
)
order by s.at, s.step, s.delivery_id;
