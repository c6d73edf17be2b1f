create function console.message(id uuid) returns jsonb
language plpgsql stable
security definer -- the schema outbox stays closed to the Data API
set search_path = ''
as $$
declare
  v_message outbox.messages;
begin
  perform console.require_admin();
  select m.* into v_message from outbox.messages m where m.id = message.id;
  if not found then
    raise exception 'there is no message %', message.id
      using errcode = 'PT404', hint = 'It was removed (retention()), or never written: see the list messages.';
  end if;
  return (to_jsonb(v_message) - 'payload') || jsonb_build_object(
    'sequence', v_message.sequence::text,
    'replay_id', v_message.replay_id::text,
    'payload_text', coalesce(v_message.payload, (select e.body from inbox.events e where e.id = v_message.event_id)),
    'webhook_id', 'msg_' || v_message.id,
    'replay', (select to_jsonb(r) || jsonb_build_object('id', r.id::text) from outbox.replays r
      where r.id = v_message.replay_id),
    'deliveries', (
      select coalesce(jsonb_agg(console.delivery_row(d) order by d.id), '[]') from outbox.deliveries d
      where d.message_id = message.id
    )
  );
end
$$;
comment on function console.message(uuid) is
  'A message with its exact text (payload_text), its deliveries with their attempts, and the replay it is of. Raises '
  'PT404 for an unknown id.';
