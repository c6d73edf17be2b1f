create function community.note_polled(conversation_id uuid, polled_at timestamptz) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into community.conversation_polls as p (conversation_id, polled_at)
  select c.id, note_polled.polled_at from public.conversations c where c.id = note_polled.conversation_id
  on conflict on constraint conversation_polls_pkey do update
  set polled_at = greatest(excluded.polled_at, p.polled_at);
end
$$;
comment on function community.note_polled(uuid, timestamptz) is 'The channels of a conversation were read until then.';
