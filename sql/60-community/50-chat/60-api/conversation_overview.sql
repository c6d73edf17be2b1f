create view public.conversation_overview with (security_invoker = on) as
  select c.id, c.status, c.status_since, m.last_message_at, m.last_message, m.last_sender,
    coalesce(m.unread_by_member, 0) as unread_by_member, coalesce(m.unread_by_staff, 0) as unread_by_staff
  from public.conversations c
  left join lateral (
    select max(x.sent_at) as last_message_at,
      (array_agg(x.body order by x.sent_at desc, x.id desc))[1] as last_message,
      (array_agg(x.sender order by x.sent_at desc, x.id desc))[1] as last_sender,
      count(*) filter (where x.sender <> 'member' and x.sent_at > coalesce(c.member_read_at, '-infinity'))
        as unread_by_member,
      count(*) filter (where x.sender = 'member' and x.sent_at > coalesce(c.staff_read_at, '-infinity'))
        as unread_by_staff
    from public.conversation_messages x
    where x.conversation_id = c.id and x.status = 'sent'
  ) m on true;
comment on view public.conversation_overview is
  'Conversations with their last message and how many are unread, for a list in an app: members see their own, admins '
  'all.';
comment on column public.conversation_overview.id is 'The conversation (public.conversations).';
comment on column public.conversation_overview.status is 'Its status.';
comment on column public.conversation_overview.status_since is 'Since when it has this status.';
comment on column public.conversation_overview.last_message_at is
  'When the last message was sent. Null: there is none.';
comment on column public.conversation_overview.last_message is 'The text of the last message.';
comment on column public.conversation_overview.last_sender is 'Who sent the last message.';
comment on column public.conversation_overview.unread_by_member is
  'How many of the others'' messages the member has not read.';
comment on column public.conversation_overview.unread_by_staff is
  'How many of the member''s messages staff have not read.';
