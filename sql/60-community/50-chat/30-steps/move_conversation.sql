create function community.move_conversation(conversation_id uuid, cause text, at timestamptz default now())
  returns public.conversation_status
language plpgsql
set search_path = ''
as $$
declare
  v_status public.conversation_status;
begin
  update public.conversations c
  set status = r.to_status, cause = r.cause, status_since = move_conversation.at
  from community.transition_rules r
  where c.id = move_conversation.conversation_id and r.from_status = c.status and r.cause = move_conversation.cause
  returning c.status into v_status;
  return v_status;
end
$$;
comment on function community.move_conversation(uuid, text, timestamptz) is
  'Takes the step that a cause has from where a conversation is. Returns the new status; null where it has none from '
  'there, and nothing is changed.';
