-- A delivery back to its event, and on to its attempts and receipt. Put its id in place of the newest.
with the_delivery as (
  select d.id, d.message_id, m.event_id from outbox.deliveries d
  join outbox.messages m on m.id = d.message_id
  where d.id = (select max(id) from outbox.deliveries)
)
select s.step, s.at, s.what, s.status, s.detail, s.event_id, s.message_id, s.find_it, s.console_url
from the_delivery d
join ops.event_steps s on s.delivery_id = d.id
union all
select s.step, s.at, s.what, s.status, s.detail, s.event_id, s.message_id, s.find_it, s.console_url
from the_delivery d
join ops.event_steps s on s.message_id = d.message_id and s.delivery_id is null
union all
select s.step, s.at, s.what, s.status, s.detail, s.event_id, s.message_id, s.find_it, s.console_url
from the_delivery d
join ops.event_steps s on s.event_id = d.event_id and s.message_id is null
order by step, at;
