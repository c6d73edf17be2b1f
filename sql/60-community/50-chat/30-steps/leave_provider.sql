create function community.leave_provider(conversation_id uuid, cause text, reason text, at timestamptz default now())
  returns void
language plpgsql
set search_path = ''
as $$
declare
  v_membership public.memberships;
  v_ticket uuid;
begin
  update public.conversation_messages x set status = 'failed', error = leave_provider.reason
  where x.conversation_id = leave_provider.conversation_id and x.status = 'pending';
  if community.move_conversation(leave_provider.conversation_id, leave_provider.cause, leave_provider.at) is null then
    return;
  end if;
  perform community.say(leave_provider.conversation_id, 'welcome_in_app', 'app', leave_provider.at)
  where leave_provider.cause in ('unreachable', 'staff');
  if leave_provider.cause <> 'unreachable' then
    return;
  end if;
  select m.* into v_membership from public.memberships m
  join public.conversations c on c.membership_id = m.id
  where c.id = leave_provider.conversation_id;
  -- A ticket is somebody's. Without an account or an address there is only the line in ops.attention.
  if num_nonnulls(v_membership.user_id, v_membership.email) > 0 then
    insert into public.support_tickets (user_id, email, subject, body)
    values (
      v_membership.user_id, v_membership.email, 'Welcome message not delivered',
      format('The member %s of %s could not be welcomed there: %s The conversation goes on in the app. Reach the '
        'member another way.', coalesce(v_membership.customer_ref, v_membership.provider_ref), v_membership.provider,
        left(leave_provider.reason, 2000))
    )
    returning id into v_ticket;
    update public.conversations c set ticket_id = v_ticket where c.id = leave_provider.conversation_id;
  end if;
end
$$;
comment on function community.leave_provider(uuid, text, text, timestamptz) is
  'A conversation goes on in the app although something could not be sent at the provider, which is given up. When the '
  'member is unreachable there, a support ticket is opened.';
