create function inbox.replace_unconfirmed(event inbox.events, given jsonb) returns inbox.event_status
language plpgsql
set search_path = ''
as $$
declare
  v_event inbox.events;
begin
  -- The first copy was never verified, or by a checksum only: the copy that the provider confirms is the event.
  update inbox.events e
  set type = given ->> 'type',
      subject = given ->> 'subject',
      trust = (given ->> 'trust')::inbox.event_trust,
      -- It may have failed, unreadable: what comes of this copy is for inbox.settle to write.
      status = 'ignored',
      occurred_at = (given ->> 'occurred_at')::timestamptz,
      body = given ->> 'body',
      confirmation = given ->> 'confirmation',
      -- The attempts to confirm it do not count as attempts to apply or read it.
      attempts = 1,
      next_attempt_at = case
        when jsonb_typeof(given -> 'facts') is distinct from 'array' then now() + inbox.retry_delay(1)
      end,
      headers = coalesce(given -> 'headers', '{}'),
      account = given ->> 'account',
      livemode = (given ->> 'livemode')::boolean,
      not_ours = given ->> 'not_ours',
      facts = case when jsonb_typeof(given -> 'facts') = 'array' then given -> 'facts' end,
      error = given ->> 'error'
  where e.id = event.id
  returning e.* into v_event;
  perform outbox.forward_event(v_event);
  return inbox.settle(v_event, false);
end
$$;
comment on function inbox.replace_unconfirmed(inbox.events, jsonb) is
  'The part of inbox.receive for an event that gives way to a copy received now (inbox.is_replaced_by): replaces the '
  'stored copy, forwards and applies it. Returns its status.';
