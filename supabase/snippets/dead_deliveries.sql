-- What was given up, by destination and reason. Send all again: select outbox.retry_dead('<destination>');
select destination, last_error, count(*), min(settled_at) as first, max(settled_at) as last
from outbox.deliveries where status = 'dead' group by destination, last_error order by count(*) desc;
