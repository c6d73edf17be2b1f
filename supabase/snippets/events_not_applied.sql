-- Webhooks that could not be applied, or wait. Try one again: select inbox.retry('<id>');
select id, provider, type, status, error, waiting_for, received_at, attempts, next_attempt_at
from inbox.events where status in ('failed', 'dead', 'parked') order by id desc limit 100;
