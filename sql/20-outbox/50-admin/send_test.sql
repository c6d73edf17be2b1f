create function outbox.send_test(destination text) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_destination outbox.destinations;
  v_sequence bigint := nextval('outbox.message_sequence');
  v_key text := ops.uuid7()::text;
begin
  select d.* into v_destination from outbox.destinations d where d.name = send_test.destination;
  if not found then
    raise exception 'there is no destination %', coalesce(send_test.destination, '(null)')
      using errcode = 'P0002', hint = 'select name from outbox.destinations';
  elsif not v_destination.replayable then
    raise exception 'no test is sent to %: its adapter % does the work itself', v_destination.name,
      v_destination.adapter using errcode = '22023', hint = 'Send it to a destination that receives messages.';
  end if;
  return outbox.write_message('test.ping', 'tests/' || v_key, json_build_object(
    'type', 'test.ping',
    'timestamp', ops.iso_utc(now()),
    'data', json_build_object('id', v_key, 'destination', v_destination.name),
    'change', json_build_object('table', null, 'operation', null, 'sequence', v_sequence, 'columns', null,
      'previous', null)
  )::text, null, array[v_destination.name], v_sequence);
end
$$;
comment on function outbox.send_test(text) is
  'Sends the message test.ping to one destination, signed and delivered as every other: select '
  'outbox.send_test(''make''). Nothing of ours has changed; a receiver that does not know the type answers 2xx and '
  'does '
  'nothing. Returns the message''s id. Raises P0002 for an unknown destination, 22023 for one that does work.';
