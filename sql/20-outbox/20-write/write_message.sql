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
begin
  perform outbox.write_messages(array[row(v_id, write_message.sequence, write_message.type, write_message.record_key,
    write_message.payload, write_message.event_id, write_message.destinations, write_message.latest_only,
    write_message.priority)::outbox.draft]);
  return v_id;
end
$$;
comment on function outbox.write_message(text, text, text, uuid, text[], bigint, text[], integer) is
  'Writes one message to the outbox, with a delivery to each destination. For those in latest_only it replaces waiting '
  'messages of its type about the same record. priority: see outbox.routes.';
