create function outbox.retry_waiting(destination text) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_count bigint;
begin
  perform outbox.resume(retry_waiting.destination);
  update outbox.deliveries d set next_attempt_at = now()
  where d.destination = retry_waiting.destination and d.status = 'pending' and d.last_error is not null
    and d.next_attempt_at > now();
  get diagnostics v_count = row_count;
  perform outbox.ring_if_due();
  return v_count;
end
$$;
comment on function outbox.retry_waiting(text) is
  'Tries a destination again at once, after it was mended: ends a pause, a hold or an open breaker, and makes due what '
  'failed and waits for its next attempt. Returns how many that were. Raises an error for an unknown destination.';
