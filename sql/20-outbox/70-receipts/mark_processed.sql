create function outbox.mark_processed(delivery_id bigint, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update outbox.deliveries d set processed_at = now(), processing_error = null
  where d.id = mark_processed.delivery_id and d.processed_at is null
    and (d.processing_error is not null or d.receipt_due_at is not null);
  if not found then
    raise exception 'delivery % waits for no receipt', mark_processed.delivery_id
      using errcode = 'P0002', hint = 'select * from ops.attention where what in (''receipt overdue'', ''work failed '
        'at '
        'the receiver'')';
  end if;
  perform ops.decide('outbox.mark_processed', mark_processed.delivery_id::text, mark_processed.reason);
end
$$;
comment on function outbox.mark_processed(bigint, text) is
  'An admin has seen that the receiver did the work of a delivery, though it has not reported it. reason: how that is '
  'known, kept in ops.decisions. Raises P0002 for a delivery that waits for no receipt, 22023 without a reason.';
