create function community.disconnect_chat(reason text) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_count integer;
begin
  perform ops.decide('community.disconnect_chat', 'chat', disconnect_chat.reason);
  update community.settings s set conversations = false where s.only_row;
  update public.conversation_messages m set status = 'cancelled', error = disconnect_chat.reason
  where m.status = 'pending';
  get diagnostics v_count = row_count;
  update outbox.deliveries d set status = 'cancelled', settled_at = now(), last_error = disconnect_chat.reason
  where d.destination = 'whop_message' and d.status in ('pending', 'dead');
  return v_count;
end
$$;
comment on function community.disconnect_chat(text) is
  'No conversation starts any more, and what waits to be sent at the provider is not. Those that run go on in the app '
  'by their timeouts. Returns how many messages were cancelled. reason: why, kept in ops.decisions. Undone by select '
  'community.connect_chat().';
