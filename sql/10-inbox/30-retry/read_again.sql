create function inbox.read_again(event_id uuid) returns inbox.event_status
language plpgsql
set search_path = ''
as $$
declare
  v_event inbox.events;
begin
  select e.* into v_event from inbox.events e where e.id = read_again.event_id for update;
  if not found then
    raise exception 'there is no event %', read_again.event_id using errcode = 'P0002',
      hint = 'Look it up in inbox.events.';
  elsif v_event.trust = 'unconfirmed' or v_event.not_ours is not null then
    raise exception 'event % is %', read_again.event_id,
      case when v_event.trust = 'unconfirmed' then 'not confirmed' else 'not ours' end
      using errcode = '22023', hint = 'select inbox.retry, which decides that first.';
  elsif coalesce(v_event.confirmation, v_event.body) = '{"erased": true}' then
    raise exception 'the body of event % was erased', read_again.event_id using errcode = '22023',
      hint = 'It was about a person who was erased (ops.erase_person). What it did stays.';
  end if;
  update inbox.events e
  set status = 'failed', facts = null, applied_at = null, waiting_for = null, attempts = 1, next_attempt_at = now(),
    error = 'It is to be read again: an admin asked for it.'
  where e.id = v_event.id;
  perform outbox.ring_if_due();
  return 'failed';
end
$$;
comment on function inbox.read_again(uuid) is
  'An admin has an event read again, from its body as it was received, by the functions as they are now: after an '
  'update that reads more of it, or reads it otherwise, also one that was applied or ignored. The courier does so at '
  'once; until then the event counts as failed. What it says is applied as if it came now for the first time, in the '
  'order of its own time; what it did before is not undone, and it is not forwarded again. Raises P0002 for an event '
  'that is not here, 22023 for one that is not confirmed, not ours, or whose body was erased.';
