create function community.conversation_of(provider text, fact jsonb) returns uuid
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select c.id
    from public.conversations c
    join public.memberships m on m.id = c.membership_id
    where m.provider = conversation_of.provider
      and (
        c.support_channel = fact ->> 'channel_ref'
        or c.direct_channel = fact ->> 'channel_ref'
        -- Its channel is not known here yet. What members write in public is no reply.
        or ((fact ->> 'private')::boolean and m.customer_ref = fact ->> 'author_ref')
      )
    order by coalesce(fact ->> 'channel_ref' in (c.support_channel, c.direct_channel), false) desc,
      c.status <> 'closed' desc, c.created_at desc, c.id desc
    limit 1
  );
end
$$;
comment on function community.conversation_of(text, jsonb) is
  'The conversation that a message at the provider belongs to: by its channel, else by its author if it is private. '
  'A member with two memberships has one channel: the newest open conversation counts.';
