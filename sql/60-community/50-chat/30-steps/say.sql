create function community.say(
  conversation_id uuid, key text, way public.conversation_way, at timestamptz default now()
) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_conversation public.conversations;
  v_membership public.memberships;
  v_body text;
begin
  select c.* into v_conversation from public.conversations c where c.id = say.conversation_id;
  select m.* into v_membership from public.memberships m where m.id = v_conversation.membership_id;
  v_body := community.compose(say.key, v_conversation.language, v_membership, v_conversation.id);
  if v_body is null then
    return false;
  end if;
  insert into public.conversation_messages as x (conversation_id, sender, author_user_id, key, way, status, body,
    sent_at, requests, created_at)
  values (
    say.conversation_id, 'system', null, say.key, say.way,
    case when say.way = 'app' then 'sent' else 'pending' end::public.conversation_message_status, v_body,
    case when say.way = 'app' then say.at end, case when say.way = 'app' then 0 else 1 end, say.at
  )
  -- One that was called off and is wanted again: with its own text, and what is known of earlier tries.
  on conflict on constraint a_text_is_sent_once do update
  set status = 'pending', requests = x.requests + 1, error = null
  where x.status = 'cancelled';
  return true;
end
$$;
comment on function community.say(uuid, text, public.conversation_way, timestamptz) is
  'Writes a text of conversation_texts into a conversation, once: the courier sends it, or it is in the app at once. '
  'False: there is no such text.';
