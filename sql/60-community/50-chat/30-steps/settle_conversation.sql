create function community.settle_conversation(membership public.memberships, at timestamptz default now()) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_valid boolean := community.access_until(membership) > settle_conversation.at;
  v_settings community.settings := (select s from community.settings s);
  v_conversation public.conversations;
  v_outside boolean := membership.customer_ref is not null and exists (
    select 1 from inbox.providers p where p.name = membership.provider and p.can_chat
  );
begin
  select c.* into v_conversation from public.conversations c where c.membership_id = membership.id
  for no key update;
  if v_conversation.id is null then
    if not v_valid or not v_settings.conversations
      or coalesce(membership.current_period_start, membership.as_of)
        < settle_conversation.at - v_settings.welcome_within
    then
      return;
    end if;
    insert into public.conversations (membership_id, user_id, status, cause, status_since, language, created_at)
    values (
      membership.id, membership.user_id,
      case when v_outside then 'welcoming' else 'internal' end::public.conversation_status,
      case when v_outside then 'membership_valid' else 'no_outside_chat' end, settle_conversation.at,
      v_settings.language, settle_conversation.at
    )
    on conflict on constraint a_membership_has_one_conversation do nothing
    returning * into v_conversation;
    if v_conversation.id is not null then
      perform community.say(v_conversation.id,
        case when v_outside then 'welcome' else 'welcome_in_app' end,
        case when v_outside then 'support' else 'app' end::public.conversation_way, settle_conversation.at);
    end if;
    return;
  end if;

  if v_conversation.user_id is distinct from membership.user_id then
    update public.conversations c set user_id = membership.user_id where c.id = v_conversation.id;
  end if;
  if not v_valid and v_conversation.status <> 'closed' then
    perform community.call_off(v_conversation.id, 'The membership ended.');
    perform community.move_conversation(v_conversation.id, 'membership_ended', settle_conversation.at);
  elsif v_valid and v_conversation.status = 'closed' and v_settings.conversations then
    perform community.move_conversation(v_conversation.id, case
      when v_conversation.handed_over_at is not null then 'back_in_app'
      when v_conversation.replied_at is not null then 'back_after_reply'
      when v_conversation.welcomed_at is not null then 'back_before_reply'
      else 'membership_valid' end, settle_conversation.at);
    if v_conversation.handed_over_at is null and v_conversation.replied_at is null
      and v_conversation.welcomed_at is null
    then
      perform community.say(v_conversation.id, 'welcome', 'support', settle_conversation.at);
    end if;
  end if;
end
$$;
comment on function community.settle_conversation(public.memberships, timestamptz) is
  'Makes the conversation of a membership fit it: starts one when it is valid and new, closes it when access has '
  'ended, goes on where it was when the member is back, and gives it to the membership''s account.';
