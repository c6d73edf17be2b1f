create function inbox.retry_delay(attempts integer) returns interval
language sql immutable parallel safe
set search_path = ''
return (array['30 seconds', '2 minutes', '10 minutes', '30 minutes', '1 hour', '2 hours', '6 hours', '12 hours',
  '24 hours', '24 hours']::interval[])[attempts];
comment on function inbox.retry_delay(integer) is
  'How long after the n-th failed attempt an event is retried. Null: no more retries; it is dead.';
