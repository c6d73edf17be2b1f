create function community.note_sent(
  message_id uuid, way public.conversation_way, provider_ref text, sent_at timestamptz
) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_message public.conversation_messages;
  v public.conversations;
  v_provider text;
begin
  select c.* into v from public.conversations c
  where c.id = (select x.conversation_id from public.conversation_messages x where x.id = note_sent.message_id)
  for no key update;
  if v.id is null then
    return;
  end if;
  select m.provider into v_provider from public.memberships m where m.id = v.membership_id;
  -- Its webhook came first, and was taken for one that somebody wrote there.
  delete from public.conversation_messages x
  where x.provider = v_provider and x.provider_ref = note_sent.provider_ref and x.id <> note_sent.message_id
    and x.sender = 'staff' and x.conversation_id = v.id;
  update public.conversation_messages x
  set status = 'sent', way = note_sent.way, provider = v_provider, provider_ref = note_sent.provider_ref,
      sent_at = coalesce(note_sent.sent_at, now()), support_tried_at = null, direct_tried_at = null, error = null
  where x.id = note_sent.message_id and x.status <> 'sent'
  returning * into v_message;
  if v_message.key = 'welcome' then
    if community.move_conversation(v.id, 'welcome_sent') is null then
      update public.conversations c set welcomed_at = coalesce(c.welcomed_at, v_message.sent_at) where c.id = v.id;
    end if;
  elsif v_message.key = 'handover' then
    perform community.move_conversation(v.id, 'handed_over');
  end if;
end
$$;
comment on function community.note_sent(uuid, public.conversation_way, text, timestamptz) is
  'A message is at the provider, under this id, since then. What follows from it: after the welcome the reply is '
  'waited for, after the hand-over the chat goes on in the app. May be repeated.';
