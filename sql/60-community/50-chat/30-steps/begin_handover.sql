create function community.begin_handover(conversation_id uuid, at timestamptz default now()) returns void
language plpgsql
set search_path = ''
as $$
begin
  if not community.say(begin_handover.conversation_id, 'handover', community.way_of(begin_handover.conversation_id),
    begin_handover.at)
    -- It was said before: the member left in the middle, and is back.
    or exists (
      select 1 from public.conversation_messages m
      where m.conversation_id = begin_handover.conversation_id and m.key = 'handover' and m.status = 'sent'
    )
  then
    perform community.move_conversation(begin_handover.conversation_id, 'handed_over', begin_handover.at);
  end if;
end
$$;
comment on function community.begin_handover(uuid, timestamptz) is
  'Tells the member where the chat goes on; once that is sent, it does. Where there is nothing to say, it does so '
  'at once.';
