create function outbox.forward_event(event inbox.events) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_destinations text[];
  v_priority integer;
begin
  -- What a provider's API answered when it was asked is no message of the provider's (see ProviderHistory).
  if event.trust = 'unconfirmed' or event.not_ours is not null or event.provider_event_id like 'confirmed:%' then
    return;
  end if;
  select array_agg(distinct r.destination), min(r.priority) into v_destinations, v_priority
  from outbox.routes r
  where r.provider = event.provider and r.enabled and event.type = any (r.event_types);
  if v_destinations is not null then
    perform outbox.write_message(
      event.type, event.provider || '/' || coalesce(event.subject, event.provider_event_id), null, event.id,
      v_destinations,
      priority => v_priority
    );
  end if;
end
$$;
comment on function outbox.forward_event(inbox.events) is
  'Forwards an inbound event, byte for byte, where a route says so, even when it is not applied here. Not the state of '
  'an object that the provider was asked for (ids confirmed:…): its own event about it comes, or is fetched, too.';
