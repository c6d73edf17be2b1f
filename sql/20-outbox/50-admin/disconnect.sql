create function outbox.disconnect(destination text, reason text) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_count bigint;
begin
  if not exists (select 1 from outbox.destinations t where t.name = disconnect.destination) then
    raise exception 'there is no destination %', disconnect.destination
      using errcode = 'P0002', hint = 'select name from outbox.destinations';
  end if;
  perform ops.decide('outbox.disconnect', disconnect.destination, disconnect.reason);
  update outbox.routes r set enabled = false where r.destination = disconnect.destination and r.enabled;
  update outbox.deliveries d
  set status = 'cancelled', settled_at = now(), last_error = disconnect.reason
  where d.destination = disconnect.destination and d.status in ('pending', 'dead');
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function outbox.disconnect(text, text) is
  'Nobody is to have the messages of this destination: its routes are switched off, and what waits for it is '
  'cancelled. Returns how many. reason: why, kept in ops.decisions. Undone by update outbox.routes set enabled = true '
  'where destination = ''…''. Raises P0002 for an unknown destination, 22023 without a reason.';
