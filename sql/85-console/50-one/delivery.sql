create function console.delivery(id bigint) returns jsonb
language plpgsql stable
security definer -- the schema outbox stays closed to the Data API
set search_path = ''
as $$
declare
  v_delivery outbox.deliveries;
  v_message outbox.messages;
begin
  perform console.require_admin();
  select d.* into v_delivery from outbox.deliveries d where d.id = delivery.id;
  if not found then
    raise exception 'there is no delivery %', delivery.id
      using errcode = 'PT404', hint = 'It was removed (retention()), or never written: see the list deliveries.';
  end if;
  select m.* into v_message from outbox.messages m where m.id = v_delivery.message_id;
  return console.delivery_row(v_delivery) || jsonb_build_object(
    'record_key', v_delivery.record_key,
    'lease_until', v_delivery.lease_until,
    'receipt_due_at', v_delivery.receipt_due_at,
    'processed_at', v_delivery.processed_at,
    'processing_error', v_delivery.processing_error,
    'event_id', v_message.event_id,
    'replay_id', v_message.replay_id::text,
    'payload_text', coalesce(v_message.payload, (select e.body from inbox.events e where e.id = v_message.event_id)),
    'attempts', (
      select coalesce(jsonb_agg(jsonb_build_object('number', a.number, 'at', a.started_at,
        'http_status', a.status_code, 'ms', a.duration_ms, 'error', a.error, 'response_text', a.response_body)
        order by a.number), '[]')
      from outbox.attempts a where a.delivery_id = delivery.id
    ),
    'actions', to_jsonb(array_remove(array[
      case when v_delivery.status in ('dead', 'pending', 'cancelled') then
        console.action('outbox.retry', jsonb_build_object('delivery_id', v_delivery.id::text)) end,
      case when v_delivery.status in ('dead', 'pending') then
        console.action('outbox.cancel', jsonb_build_object('delivery_id', v_delivery.id::text)) end,
      case when v_delivery.status in ('dead', 'delivered') and exists (select 1 from outbox.destinations t
        where t.name = v_delivery.destination and t.replayable) then
        console.action('outbox.send_copy', jsonb_build_object('delivery_id', v_delivery.id::text)) end,
      case when v_delivery.processed_at is null and (v_delivery.processing_error is not null
        or v_delivery.receipt_due_at is not null) then
        console.action('outbox.mark_processed', jsonb_build_object('delivery_id', v_delivery.id::text)) end
    ], null))
  );
end
$$;
comment on function console.delivery(bigint) is
  'A delivery with its message''s exact text, every attempt with the response, receipts, and what may be done. Raises '
  'PT404 for an unknown id.';
