-- All that an event caused, a row a step. Put the provider's id of it in place of the newest one.
select s.step, s.at, s.what, s.status, s.detail, s.record_key, s.message_id, s.delivery_id, s.find_it, s.console_url
from inbox.events e
join ops.event_steps s on s.event_id = e.id
where e.provider_event_id = (select provider_event_id from inbox.events order by id desc limit 1)
order by s.step, s.at, s.delivery_id;
