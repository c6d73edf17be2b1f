create function inbox.still_unconfirmed(event_id uuid, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update inbox.events e
  set attempts = e.attempts + 1,
      error = case when inbox.retry_delay(e.attempts + 1) is null then 'Never confirmed, and not asked about any more. '
      else 'Kept until the provider confirms it. ' end || reason,
      next_attempt_at = now() + inbox.retry_delay(e.attempts + 1)
  where e.id = event_id and e.trust = 'unconfirmed';
end
$$;
comment on function inbox.still_unconfirmed(uuid, text) is
  'The provider did not confirm the event; it is asked again later, until the schedule (inbox.retry_delay) ends.';
