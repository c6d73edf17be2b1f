create function community.note_reply() returns trigger
language plpgsql
security definer -- the writer of a message may not change the conversation
set search_path = ''
as $$
begin
  perform community.move_conversation(new.conversation_id, 'reply');
  update public.conversations c set replied_at = new.sent_at
  where c.id = new.conversation_id and c.replied_at is null;
  return null;
end
$$;
comment on function community.note_reply() is
  'Row trigger: a member who writes has replied, in the app or at the provider. Where nothing follows from that (in '
  'the middle of a hand-over, in the app, after the membership ended), nothing does.';

create trigger then_note_reply after insert on public.conversation_messages
for each row when (new.sender = 'member') execute function community.note_reply();
