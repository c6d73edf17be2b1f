create function console.change_of(message outbox.messages) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_payload jsonb := coalesce(nullif(message.payload, ''), 'null')::jsonb;
  v_change jsonb := v_payload -> 'change';
  v_data jsonb := v_payload -> 'data';
begin
  if v_change ->> 'table' is null then
    return null; -- a forwarded event, or nothing that changed a row
  end if;
  return jsonb_build_object(
    'message_id', message.id, 'type', message.type, 'table', v_change ->> 'table',
    'operation', v_change ->> 'operation', 'row_id', split_part(message.record_key, '/', 2),
    'before', case v_change ->> 'operation' when 'INSERT' then null when 'DELETE' then console.exact(v_data)
      else console.exact(v_change -> 'previous') end,
    'after', case v_change ->> 'operation' when 'DELETE' then null when 'INSERT' then console.exact(v_data)
      else (select console.exact(jsonb_object_agg(c.name, v_data -> c.name))
        from jsonb_array_elements_text(v_change -> 'columns') c (name)) end,
    'event_id', message.event_id, 'at', message.created_at, 'version', message.sequence::text
  );
end
$$;
comment on function console.change_of(outbox.messages) is
  'The change of a row that a message reports: {message_id, type, table, operation, row_id, before, after, event_id, '
  'at, '
  'version}. Of an update only the columns that changed. Null: the message reports none.';
