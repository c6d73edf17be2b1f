create function community.call_off(conversation_id uuid, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.conversation_messages x set status = 'cancelled', error = call_off.reason
  where x.conversation_id = call_off.conversation_id and x.status = 'pending';
end
$$;
comment on function community.call_off(uuid, text) is 'What was not sent yet in a conversation is not sent any more.';
