create function outbox.write_message(
  type text, record_key text, payload text, event_id uuid, destinations text[], sequence bigint default nextval('outbox.message_sequence')
) returns uuid
language sql
set search_path = ''
begin atomic
  with message as (
    insert into outbox.messages (sequence, type, record_key, payload, event_id)
    values (write_message.sequence, write_message.type, write_message.record_key, write_message.payload, write_message.event_id)
    returning id
  ), deliveries as (
    insert into outbox.deliveries (message_id, destination, record_key)
    select m.id, d.name, write_message.record_key from message m, unnest(write_message.destinations) as d (name)
  )
  select id from message;
end;
comment on function outbox.write_message(text, text, text, uuid, text[], bigint) is 'Puts one message in the outbox, with a delivery to each destination.';
