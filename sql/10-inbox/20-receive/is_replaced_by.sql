create function inbox.is_replaced_by(event inbox.events, given jsonb) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return given ->> 'trust' is distinct from 'unconfirmed' and (
    event.trust = 'unconfirmed'
    or (event.not_ours is not null and given ->> 'not_ours' is null)
    -- PayPal signs a checksum of the body: one of a type that nobody acts on may be forged, under the id of another.
    or (event.trust = 'signed' and event.status = 'ignored' and given ->> 'trust' = 'confirmed'
      and event.type is distinct from given ->> 'type')
  );
end
$$;
comment on function inbox.is_replaced_by(inbox.events, jsonb) is
  'Whether a stored event gives way to a copy of it that is received now: it was unconfirmed or not ours, and the copy '
  'is valid; or it had no effect, and its provider confirms an event of another type under its id.';
