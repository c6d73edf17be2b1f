create function inbox.apply_new_reading(event inbox.events, given jsonb) returns inbox.event_status
language plpgsql
set search_path = ''
as $$
declare
  v_event inbox.events := event;
begin
  -- It came again before it was settled: take today's reading of it, and try now rather than later.
  if jsonb_typeof(given -> 'facts') = 'array' then
    update inbox.events e set facts = given -> 'facts' where e.id = event.id returning e.* into v_event;
  else
    -- Today it cannot be read: the earlier reading is tried, whose locks are not held yet.
    perform inbox.lock_keys(jsonb_build_array(jsonb_build_object('provider', event.provider, 'facts', event.facts)));
  end if;
  return inbox.settle(v_event, false);
end
$$;
comment on function inbox.apply_new_reading(inbox.events, jsonb) is
  'The part of inbox.receive for an event that comes again while it is failed, dead or parked: tries it with the '
  'facts that were read from the new copy. Returns its status.';
