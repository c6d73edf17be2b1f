create function outbox.send_copy(delivery_id bigint, reason text) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_delivery outbox.deliveries;
  v_replay bigint;
begin
  select d.* into v_delivery from outbox.deliveries d where d.id = send_copy.delivery_id for update;
  if not found then
    raise exception 'there is no delivery %', send_copy.delivery_id
      using errcode = 'P0002', hint = 'Look it up in outbox.deliveries.';
  end if;
  v_replay := outbox.replay(v_delivery.destination,
    jsonb_build_object('message_ids', jsonb_build_array(v_delivery.message_id)), send_copy.reason);
  if v_delivery.processed_at is null and (v_delivery.receipt_due_at is not null
    or v_delivery.processing_error is not null) then
    perform outbox.acknowledge(v_delivery.id, outbox.receipt_signature(v_delivery.id));
  end if;
  return v_replay;
end
$$;
comment on function outbox.send_copy(bigint, text) is
  'Sends a delivered, dead or cancelled message to its destination again, as a copy with an id of its own. If its '
  'receipt was awaited, that of the copy is instead. reason: why, kept in outbox.replays, whose id it returns. Raises '
  'P0002 for an unknown delivery.';
