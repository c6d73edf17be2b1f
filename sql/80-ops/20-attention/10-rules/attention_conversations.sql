create view ops.attention_conversations with (security_invoker = on) as
  select 'conversation stuck' as what, c.id::text as id, m.provider || ' ' || coalesce(m.customer_ref, m.provider_ref)
    as which,
    format('It has been %s since %s, and nothing goes on: %s', c.status, ops.iso_utc(c.status_since), coalesce(
      (select x.error from public.conversation_messages x where x.conversation_id = c.id and x.status = 'pending'
        and x.error is not null order by x.created_at desc limit 1),
      'the job "signalbox: go on with conversations" has not taken its next step.')) as why,
    c.status_since as since,
    ops.remedy('Takes the next step that time has brought about.',
      format('select community.step_conversation(%L)', c.id),
      'lets it go on in the app.', format('select community.hand_over(%L, ''<why>'')', c.id)) as remedy
  from public.conversations c
  join public.memberships m on m.id = c.membership_id
  cross join community.settings s
  where case c.status
      when 'welcoming' then c.status_since + s.second_way_after
      when 'second_way' then c.status_since + s.give_up_after
      when 'waiting' then c.status_since + s.reply_timeout
      when 'replied' then c.status_since + s.handover_delay
      when 'handing_over' then c.status_since + s.handover_timeout
    end < now() - interval '10 minutes'
  union all
  select 'member not reached', c.id::text, m.provider || ' ' || coalesce(m.customer_ref, m.provider_ref),
    format('The welcome could not be delivered: %s%s', coalesce(
      (select x.error from public.conversation_messages x where x.conversation_id = c.id and x.key = 'welcome'),
      'nothing is known.'), case when c.ticket_id is null then ' No address or account of the member is known.'
      else ' There is a support ticket.' end),
    c.status_since,
    ops.remedy('Reach the member another way; then this notes it.',
      format('select ops.acknowledge(''member not reached'', %L, ''<why>'')', c.id))
  from public.conversations c
  join public.memberships m on m.id = c.membership_id
  where c.status = 'internal' and c.cause = 'unreachable'
    and not exists (select 1 from public.conversation_messages x where x.conversation_id = c.id and x.sender = 'member')
    and not ops.is_acknowledged('member not reached', c.id::text)
  union all
  select 'member waits for an answer', c.id::text, m.provider || ' ' || coalesce(m.customer_ref, m.provider_ref),
    format('%s wrote at %s, and nobody has read or answered it: %s', coalesce(m.email, 'The member'),
      ops.iso_utc(x.first_at), left(x.body, 200)),
    x.first_at,
    ops.remedy('Answer in the app, or note that no answer is needed.',
      format('select public.mark_conversation_read(%L)', c.id))
  from public.conversations c
  join public.memberships m on m.id = c.membership_id
  cross join lateral (
    select min(y.sent_at) as first_at, (array_agg(y.body order by y.sent_at))[1] as body
    from public.conversation_messages y
    where y.conversation_id = c.id and y.sender = 'member'
      and y.sent_at > greatest(c.staff_read_at, (
        select max(z.sent_at) from public.conversation_messages z
        where z.conversation_id = c.id and z.sender = 'staff' and z.status = 'sent'
      ), '-infinity')
  ) x
  where c.status = 'internal' and x.first_at < now() - interval '1 day';
comment on view ops.attention_conversations is
  'For ops.attention: a conversation with a member that does not go on, a member who cannot be reached, and one who '
  'waits for an answer for over a day.';
