create function inbox.still_unconfirmed(event_id uuid, reason text, is_over boolean default false) returns void
language plpgsql
set search_path = ''
as $$
begin
  if is_over then
    update inbox.events e
    set attempts = e.attempts + 1, status = 'ignored', error = 'Closed: ' || reason, next_attempt_at = null
    where e.id = event_id and e.trust = 'unconfirmed';
    return;
  end if;
  update inbox.events e
  set attempts = e.attempts + 1,
      error = case when inbox.retry_delay(e.attempts + 1) is null then 'Never confirmed, and not asked about any more. '
      else 'Kept until the provider confirms it. ' end || reason,
      next_attempt_at = now() + inbox.retry_delay(e.attempts + 1)
  where e.id = event_id and e.trust = 'unconfirmed';
end
$$;
comment on function inbox.still_unconfirmed(uuid, text, boolean) is
  'The provider did not confirm the event; it is asked again later, until the schedule (inbox.retry_delay) ends. '
  'is_over: the provider says what came of it instead, so that the event is closed; if it is confirmed all the same, '
  'it is applied.';
