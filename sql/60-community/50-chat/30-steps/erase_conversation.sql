create function community.erase_conversation(membership_id uuid, reason text) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v public.conversations;
  v_count integer;
begin
  select c.* into v from public.conversations c where c.membership_id = erase_conversation.membership_id for update;
  if v.id is null then
    return 0;
  end if;
  if v.status <> 'closed' then
    raise exception 'the conversation is %, not closed', v.status using errcode = 'P0001',
      hint = 'It is closed when the membership ends.';
  end if;
  perform ops.decide('community.erase_conversation', erase_conversation.membership_id::text, erase_conversation.reason);
  select count(*) into v_count from public.conversation_messages m where m.conversation_id = v.id;
  delete from public.topic_changes t
  where t.topic = 'user:' || v.user_id and t.table_name = 'conversation_messages'
    and t.row_id in (select m.id::text from public.conversation_messages m where m.conversation_id = v.id);
  delete from public.conversations c where c.id = v.id;
  return v_count;
end
$$;
comment on function community.erase_conversation(uuid, text) is
  'Deletes the conversation of a membership that has ended, with all its messages and what was broadcast of them, '
  'where the person asks for it. Returns how many messages. What was sent at the provider is deleted there. Raises '
  'P0001 while it is not closed.';
