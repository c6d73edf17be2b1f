create function community.due_polls(at_most integer default 100, at timestamptz default now())
returns table (conversation_id uuid, provider text, channel text, since timestamptz)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  select c.id, m.provider, v.channel,
    -- A message may be listed late, and clocks differ.
    coalesce(p.polled_at, c.created_at) - interval '10 minutes'
  from public.conversations c
  join public.memberships m on m.id = c.membership_id
  cross join community.settings s
  left join community.conversation_polls p on p.conversation_id = c.id
  cross join lateral (values (c.support_channel), (c.direct_channel)) v (channel)
  where v.channel is not null
    and (c.status in ('welcoming', 'second_way', 'waiting', 'replied', 'handing_over')
      -- Some reply where they were written to.
      or (c.status = 'internal' and c.handed_over_at > due_polls.at - interval '7 days'))
    and coalesce(p.polled_at, '-infinity') + s.poll_every <= due_polls.at
  order by coalesce(p.polled_at, '-infinity'), c.id
  limit due_polls.at_most;
end
$$;
comment on function community.due_polls(integer, timestamptz) is
  'The channels that are to be read for replies, those that were not read for longest first, and since when.';
