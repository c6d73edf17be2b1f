create function community.conversation_of(provider text, fact jsonb) returns uuid
language plpgsql stable
set search_path = ''
as $$
begin
  -- One probe of an index each: what a message costs must not grow with the number of members.
  return (
    select c.id
    from (
      select s.id from public.conversations s where s.support_channel = fact ->> 'channel_ref'
      union
      select d.id from public.conversations d where d.direct_channel = fact ->> 'channel_ref'
      union
      -- Its channel is not known here yet. What members write in public is no reply.
      select a.id
      from public.memberships m
      join public.conversations a on a.membership_id = m.id
      where (fact ->> 'private')::boolean and m.provider = conversation_of.provider
        and m.customer_ref = fact ->> 'author_ref'
    ) found
    -- offset 0: one probe for each, whatever the statistics are.
    cross join lateral (
      select c.*, m.provider
      from public.conversations c
      join public.memberships m on m.id = c.membership_id
      where c.id = found.id
      offset 0
    ) c
    where c.provider = conversation_of.provider
    order by coalesce(fact ->> 'channel_ref' in (c.support_channel, c.direct_channel), false) desc,
      c.status <> 'closed' desc, c.created_at desc, c.id desc
    limit 1
  );
end
$$;
comment on function community.conversation_of(text, jsonb) is
  'The conversation that a message at the provider belongs to: by its channel, else by its author if it is private. '
  'A member with two memberships has one channel: the newest open conversation counts.';
