create function console.delivery_row(delivery outbox.deliveries) returns jsonb
language sql stable
set search_path = ''
begin atomic
  select jsonb_build_object(
    'id', delivery.id::text, 'message_id', delivery.message_id, 'destination', delivery.destination,
    'type', (select m.type from outbox.messages m where m.id = delivery.message_id),
    'status', delivery.status, 'attempts_made', delivery.attempts, 'priority', delivery.priority,
    'created_at', delivery.created_at, 'due_at', delivery.next_attempt_at, 'settled_at', delivery.settled_at,
    'delivered_at', case when delivery.status = 'delivered' then delivery.settled_at end,
    'last_error', delivery.last_error, 'last_status_code', delivery.last_status_code,
    'attempts', (
      select coalesce(jsonb_agg(jsonb_build_object('number', a.number, 'at', a.started_at,
        'http_status', a.status_code, 'ms', a.duration_ms, 'error', a.error) order by a.number), '[]')
      from outbox.attempts a where a.delivery_id = delivery.id
    ),
    'receipts', to_jsonb(array_remove(array[
      case when delivery.processed_at is not null then jsonb_build_object('at', delivery.processed_at,
        'status', 'processed', 'detail', null) end,
      case when delivery.processing_error is not null then jsonb_build_object('at', null, 'status', 'failed',
        'detail', delivery.processing_error) end,
      case when delivery.processed_at is null and delivery.processing_error is null
        and delivery.receipt_due_at is not null then jsonb_build_object('at', delivery.receipt_due_at,
        'status', case when delivery.receipt_due_at < now() then 'overdue' else 'awaited' end, 'detail', null) end
    ], null))
  );
end;
comment on function console.delivery_row(outbox.deliveries) is
  'A delivery with its attempts and receipts, as the console shows it. Ids of deliveries are text. The response bodies '
  'of attempts are left out.';
