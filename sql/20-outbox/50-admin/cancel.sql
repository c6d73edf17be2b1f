create function outbox.cancel(delivery_id bigint, reason text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_delivery outbox.deliveries;
begin
  perform ops.decide('outbox.cancel', cancel.delivery_id::text, cancel.reason);
  update outbox.deliveries d
  set status = 'cancelled', settled_at = now(), last_error = cancel.reason
  where d.id = cancel.delivery_id and d.status in ('pending', 'dead')
  returning d.* into v_delivery;
  if not found then
    raise exception 'delivery % is not waiting or dead', cancel.delivery_id
      using hint = 'A delivered one cannot be cancelled; one that is being sent settles by itself first.';
  end if;
  perform outbox.release_next(array[v_delivery.destination], array[v_delivery.id]);
end
$$;
comment on function outbox.cancel(bigint, text) is 'Cancels a delivery. outbox.retry brings it back. reason: why, '
  'kept in ops.decisions; raises 22023 without one.';
