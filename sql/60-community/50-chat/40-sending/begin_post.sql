create function community.begin_post(message_id uuid, way public.conversation_way, channel text) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_message public.conversation_messages;
  v public.conversations;
begin
  select c.* into v from public.conversations c
  where c.id = (select x.conversation_id from public.conversation_messages x where x.id = begin_post.message_id)
  for no key update;
  select x.* into v_message from public.conversation_messages x where x.id = begin_post.message_id for no key update;
  if v_message.id is null or v_message.status <> 'pending' or v_message.way <> begin_post.way
    or v.status in ('internal', 'closed')
    -- Somebody else has named another channel: look again.
    or coalesce(case begin_post.way when 'support' then v.support_channel else v.direct_channel end,
      begin_post.channel) <> begin_post.channel
  then
    return false;
  end if;
  update public.conversations c
  set support_channel = case when begin_post.way = 'support' then begin_post.channel else c.support_channel end,
      direct_channel = case when begin_post.way = 'direct' then begin_post.channel else c.direct_channel end
  where c.id = v.id and begin_post.channel not in (coalesce(c.support_channel, ''), coalesce(c.direct_channel, ''));
  update public.conversation_messages x
  set support_tried_at = case when begin_post.way = 'support' then coalesce(x.support_tried_at, now())
        else x.support_tried_at end,
      direct_tried_at = case when begin_post.way = 'direct' then coalesce(x.direct_tried_at, now())
        else x.direct_tried_at end
  where x.id = v_message.id;
  return true;
end
$$;
comment on function community.begin_post(uuid, public.conversation_way, text) is
  'Records, right before a message is sent into a channel, that from now on it may be there. False: it is not to be '
  'sent there any more.';
