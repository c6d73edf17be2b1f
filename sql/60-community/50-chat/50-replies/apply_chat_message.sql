create function community.apply_chat_message(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_at timestamptz := (fact ->> 'occurred_at')::timestamptz;
  v public.conversations;
  v_member text;
  v_way public.conversation_way;
  v_ours uuid;
begin
  select c.* into v from public.conversations c
  where c.id = community.conversation_of(apply_chat_message.provider, fact)
  for no key update;
  -- Nobody's chat, or from before it began: clocks differ by minutes, not more.
  if v.id is null or v_at < v.created_at - interval '5 minutes' or exists (
    select 1 from public.conversation_messages x
    where x.provider = apply_chat_message.provider and x.provider_ref = fact ->> 'provider_ref'
  ) then
    return;
  end if;
  select m.customer_ref into v_member from public.memberships m where m.id = v.membership_id;
  v_way := case when fact ->> 'channel_ref' = v.direct_channel then 'direct' else 'support' end;

  if fact ->> 'author_ref' is distinct from v_member then
    -- One of ours whose answer was lost.
    select x.id into v_ours
    from public.conversation_messages x
    join public.conversations c on c.id = x.conversation_id
    where fact ->> 'channel_ref' in (c.support_channel, c.direct_channel) and x.provider_ref is null
      and x.key is not null and community.same_text(x.body, fact ->> 'body')
      and coalesce(x.support_tried_at, x.direct_tried_at) is not null
    order by x.conversation_id <> v.id, x.created_at
    limit 1;
    if v_ours is not null then
      perform community.note_sent(v_ours, v_way, fact ->> 'provider_ref', v_at);
      return;
    end if;
  end if;
  insert into public.conversation_messages (conversation_id, sender, author_user_id, way, status, body, provider,
    provider_ref, sent_at)
  values (
    v.id, case when fact ->> 'author_ref' is not distinct from v_member then 'member' else 'staff'
      end::public.conversation_sender,
    case when fact ->> 'author_ref' is not distinct from v_member then v.user_id end, v_way, 'sent', fact ->> 'body',
    apply_chat_message.provider, fact ->> 'provider_ref', v_at
  )
  on conflict on constraint a_message_is_stored_once do nothing;
end
$$;
comment on function community.apply_chat_message(text, jsonb) is
  'Applies chat.posted: a member''s message becomes a reply (community.note_reply), one of ours is known to be there, '
  'and any other was written by the staff. Each is stored once, by webhook or by polling. What belongs to no '
  'conversation is left alone.';
