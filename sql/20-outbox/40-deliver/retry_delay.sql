-- The schedule that Standard Webhooks suggests. Jitter is only added, so that no receiver sees a retry sooner than
-- announced.
create function outbox.retry_delay(attempts integer) returns interval
language sql volatile parallel safe
set search_path = ''
return (array['5 seconds', '5 minutes', '30 minutes', '2 hours', '5 hours', '10 hours', '14 hours', '20 hours',
  '24 hours']::interval[])[attempts]
  * (1 + random() * 0.1);
comment on function outbox.retry_delay(integer) is
  'How long after the n-th failed attempt the next is due. Null: there is none.';
