create function outbox.write_message(
  type text, record_key text, payload text, event_id uuid, destinations text[], sequence bigint
  default nextval('outbox.message_sequence'),
  latest_only text[] default '{}', priority integer default 1
) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := ops.uuid7();
  v_called_off bigint[];
begin
  insert into outbox.messages (id, sequence, type, record_key, payload, event_id)
  values (v_id, write_message.sequence, write_message.type, write_message.record_key, write_message.payload,
    write_message.event_id);
  if cardinality(write_message.latest_only) > 0 then
    with called_off as (
      update outbox.deliveries d
      set status = 'cancelled', settled_at = now(), last_error = 'Replaced by a newer state of the same record.'
      from outbox.messages m
      where m.id = d.message_id
        and m.type = write_message.type
        and d.destination = any (write_message.latest_only)
        and d.record_key = write_message.record_key
        and d.status = 'pending'
      returning d.id
    )
    select array_agg(c.id) into v_called_off from called_off c;
    if v_called_off is not null then
      -- Deliveries that waited behind the cancelled ones are released.
      perform outbox.release_next(write_message.latest_only, v_called_off);
    end if;
  end if;
  insert into outbox.deliveries (message_id, destination, record_key, priority)
  select v_id, d.name, write_message.record_key, write_message.priority
    from unnest(write_message.destinations) as d (name);
  return v_id;
end
$$;
comment on function outbox.write_message(text, text, text, uuid, text[], bigint, text[], integer) is
  'Writes one message to the outbox, with a delivery to each destination. For those in latest_only it replaces waiting '
  'messages of its type about the same record. priority: see outbox.routes.';
