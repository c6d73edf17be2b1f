create function community.note_refusal(message_id uuid, way public.conversation_way, error text) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_message public.conversation_messages;
  v public.conversations;
begin
  select c.* into v from public.conversations c
  where c.id = (select x.conversation_id from public.conversation_messages x where x.id = note_refusal.message_id)
  for no key update;
  update public.conversation_messages x
  set refusals = x.refusals + 1, error = note_refusal.error,
      support_tried_at = case when note_refusal.way = 'support' then null else x.support_tried_at end,
      direct_tried_at = case when note_refusal.way = 'direct' then null else x.direct_tried_at end
  where x.id = note_refusal.message_id and x.status = 'pending' and x.way = note_refusal.way
  returning * into v_message;
  if v_message.id is null then
    return false;
  end if;
  if note_refusal.way = 'support' then
    update public.conversation_messages x set way = 'direct' where x.id = v_message.id;
    if v_message.key = 'welcome' then
      perform community.move_conversation(v.id, 'refused');
    end if;
    return true;
  end if;
  update public.conversation_messages x set status = 'failed' where x.id = v_message.id;
  if v_message.key = 'welcome' then
    perform community.leave_provider(v.id, 'unreachable', note_refusal.error);
  elsif v_message.key = 'handover' then
    perform community.leave_provider(v.id, 'handover_unsent', note_refusal.error);
  end if;
  return false;
end
$$;
comment on function community.note_refusal(uuid, public.conversation_way, text) is
  'The provider refuses a message in a channel for good, so that it is not there. After the support channel a direct '
  'message is tried; after that it is given up, and for the welcome a ticket is opened. Returns whether there is '
  'another way to try.';
