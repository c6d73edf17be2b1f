-- How each destination is. Stop one: select outbox.pause('<name>', 'why'); a test: select outbox.send_test('<name>');
select t.name, t.paused_reason, t.held_reason, t.held_until, t.failures, t.opened_at, t.last_delivered_at,
  (select count(*) from outbox.deliveries d where d.destination = t.name and d.status = 'pending') as waiting,
  (select count(*) from outbox.deliveries d where d.destination = t.name and d.status = 'dead') as dead
from outbox.destinations t order by t.name;
