create function community.hand_over(conversation_id uuid, reason text) returns public.conversation_status
language plpgsql
set search_path = ''
as $$
declare
  v public.conversations;
begin
  select c.* into v from public.conversations c where c.id = hand_over.conversation_id for no key update;
  if v.id is null then
    raise exception 'there is no conversation %', hand_over.conversation_id using errcode = 'P0002',
      hint = 'Pass the id of a row of public.conversations.';
  end if;
  if v.status in ('handing_over', 'internal', 'closed') then
    raise exception 'the conversation is % already', v.status using errcode = 'P0001',
      hint = 'There is nothing to hand over.';
  end if;
  perform ops.decide('community.hand_over', v.id::text, hand_over.reason);
  if v.status in ('welcoming', 'second_way') then
    perform community.leave_provider(v.id, 'staff', 'An admin moved it to the app.');
  else
    perform community.call_off(v.id, 'An admin handed it over.');
    perform community.move_conversation(v.id, 'staff');
    perform community.begin_handover(v.id);
  end if;
  return (select c.status from public.conversations c where c.id = v.id);
end
$$;
comment on function community.hand_over(uuid, text) is
  'Lets a conversation go on in the app now, whatever it waits for: select community.hand_over(''<id>'', ''why''). '
  'Returns its status. Raises P0001 when it is there already, P0002 for an unknown one, 22023 without a reason.';
