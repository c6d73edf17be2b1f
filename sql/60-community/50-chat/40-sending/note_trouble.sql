create function community.note_trouble(message_id uuid, error text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.conversation_messages x set error = note_trouble.error
  where x.id = note_trouble.message_id and x.status = 'pending';
end
$$;
comment on function community.note_trouble(uuid, text) is 'Why a message is not sent yet, for who looks at it.';
