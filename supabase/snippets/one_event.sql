-- A webhook, and what it caused. Put the provider's id of it in place of the newest one.
with event as (
  select * from inbox.events where provider_event_id = (select provider_event_id from inbox.events order by id desc
    limit 1)
)
select e.received_at, e.type, e.status, m.type as message, m.record_key, d.destination, d.status as delivery,
  d.last_error, d.id as delivery_id
from event e
left join outbox.messages m on m.event_id = e.id
left join outbox.deliveries d on d.message_id = m.id
order by m.sequence, d.id;
