create function inbox.still_unreadable(event_id uuid, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update inbox.events e
  set attempts = e.attempts + 1,
      error = reason,
      status = case when inbox.retry_delay(e.attempts + 1) is null then 'dead' else e.status end,
      next_attempt_at = now() + inbox.retry_delay(e.attempts + 1)
  where e.id = event_id and e.status = 'failed' and e.facts is null;
end
$$;
comment on function inbox.still_unreadable(uuid, text) is
  'Reading the event failed again; it is retried later, or dead after the last attempt.';
