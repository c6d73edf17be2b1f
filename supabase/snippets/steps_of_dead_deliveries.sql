-- The attempts of the newest dead deliveries: why each failed, and its page of the console.
select s.delivery_id, s.at, s.what, s.status, s.detail, s.record_key, s.event_id, s.find_it, s.console_url
from (select d.id from outbox.deliveries d where d.status = 'dead' order by d.id desc limit 20) d
join ops.event_steps s on s.delivery_id = d.id and s.step = '6 attempt'
order by s.delivery_id desc, s.at;
