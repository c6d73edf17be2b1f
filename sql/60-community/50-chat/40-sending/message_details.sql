create function community.message_details(message_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('membership_id', c.membership_id, 'user_id', c.user_id, 'email', m.email,
      'conversation_status', c.status)
    from public.conversation_messages x
    join public.conversations c on c.id = x.conversation_id
    join public.memberships m on m.id = c.membership_id
    where x.id = message_details.message_id
  );
end
$$;
comment on function community.message_details(uuid) is
  'What a message about a conversation_message holds besides its row: the membership, its account and address, and how '
  'far the conversation is.';
