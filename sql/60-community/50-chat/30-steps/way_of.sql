create function community.way_of(conversation_id uuid) returns public.conversation_way
language sql stable
set search_path = ''
begin atomic
  select case when c.support_channel is null and c.direct_channel is not null then 'direct'
    else coalesce((select m.way from public.conversation_messages m where m.conversation_id = c.id
      and m.key = 'welcome' and m.status = 'sent'), 'support') end::public.conversation_way
  from public.conversations c where c.id = way_of.conversation_id;
end;
comment on function community.way_of(uuid) is 'Where a conversation is led at the provider: where its welcome is.';
