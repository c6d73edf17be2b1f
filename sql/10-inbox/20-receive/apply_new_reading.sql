create function inbox.apply_new_reading(event inbox.events, given jsonb) returns inbox.event_status
language plpgsql
set search_path = ''
as $$
declare
  v_event inbox.events := event;
begin
  -- It is received again before it was settled: take the new reading, and try now rather than later.
  if jsonb_typeof(given -> 'facts') = 'array' then
    update inbox.events e set facts = given -> 'facts' where e.id = event.id returning e.* into v_event;
  else
    -- It cannot be read now: the earlier reading is tried. Its locks are not held yet.
    perform inbox.lock_keys(jsonb_build_array(jsonb_build_object('provider', event.provider, 'facts', event.facts)));
  end if;
  return inbox.settle(v_event, false);
end
$$;
comment on function inbox.apply_new_reading(inbox.events, jsonb) is
  'The part of inbox.receive for an event that is received again while it is failed, dead or parked: applies the facts '
  'read from the new copy. Returns its status.';
