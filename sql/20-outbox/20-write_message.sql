create function outbox.write_message(
  type text, record_key text, payload text, event_id uuid, destinations text[], sequence bigint default nextval('outbox.message_sequence')
) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := ops.uuid7();
begin
  insert into outbox.messages (id, sequence, type, record_key, payload, event_id)
  values (v_id, write_message.sequence, write_message.type, write_message.record_key, write_message.payload, write_message.event_id);
  insert into outbox.deliveries (message_id, destination, record_key)
  select v_id, d.name, write_message.record_key from unnest(write_message.destinations) as d (name);
  return v_id;
end
$$;
comment on function outbox.write_message(text, text, text, uuid, text[], bigint) is 'Puts one message in the outbox, with a delivery to each destination.';
