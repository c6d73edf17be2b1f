create function community.claim_message(message_id uuid)
returns table (
  action text, reason text, way public.conversation_way, provider text, member_ref text, channel text, body text,
  idempotency_key text, tried jsonb, known_refs jsonb
)
language plpgsql
set search_path = ''
as $$
declare
  v_message public.conversation_messages;
  v public.conversations;
  v_membership public.memberships;
  v_reason text;
begin
  select c.* into v from public.conversations c
  where c.id = (select x.conversation_id from public.conversation_messages x where x.id = claim_message.message_id)
  for no key update;
  select x.* into v_message from public.conversation_messages x where x.id = claim_message.message_id for no key update;
  select m.* into v_membership from public.memberships m where m.id = v.membership_id;
  v_reason := case
    when v_message.id is null then 'It was erased.'
    when v_message.status <> 'pending' then format('It is %s%s.', v_message.status, coalesce(': '
      || rtrim(v_message.error, '.'), ''))
    when v.status in ('internal', 'closed') then format('The conversation is %s.', v.status)
    when v_message.key ~ '^reminder_' and v.status <> 'waiting' then 'The member replied.'
  end;
  if v_reason is not null and v_message.status = 'pending' then
    update public.conversation_messages x set status = 'cancelled', error = v_reason where x.id = v_message.id;
  end if;
  return query select
    case when v_reason is null then 'send' else 'none' end, v_reason, v_message.way, v_membership.provider,
    v_membership.customer_ref,
    case v_message.way when 'support' then v.support_channel when 'direct' then v.direct_channel end,
    v_message.body, v_message.id || '-' || v_message.refusals,
    (select coalesce(jsonb_agg(jsonb_build_object('way', t.way, 'channel', t.channel, 'since', ops.iso_utc(t.since))),
        '[]')
      from (values ('support', v.support_channel, v_message.support_tried_at),
        ('direct', v.direct_channel, v_message.direct_tried_at)) t (way, channel, since)
      where t.since is not null and t.channel is not null),
    -- Of all conversations there: a member with two memberships has one channel.
    (select coalesce(jsonb_agg(x.provider_ref), '[]')
      from public.conversation_messages x
      join public.conversations o on o.id = x.conversation_id
      where x.provider_ref is not null
        and (o.id = v.id or o.support_channel = v.support_channel or o.direct_channel = v.direct_channel));
end
$$;
comment on function community.claim_message(uuid) is
  'What is to be done about a message now: send, or none (reason says why; it is called off then). tried: the channels '
  'where it may be already, since when; they are read before it is sent again. known_refs: what there is of ours.';
