create function public.mark_conversation_read(conversation_id uuid, until timestamptz default now()) returns void
language plpgsql
security definer -- members change nothing else of a conversation
set search_path = ''
as $$
declare
  v_until timestamptz := least(mark_conversation_read.until, now());
begin
  update public.conversations c
  set member_read_at = case when c.user_id = auth.uid() then greatest(c.member_read_at, v_until)
        else c.member_read_at end,
      staff_read_at = case when (c.user_id = auth.uid()) is not true then greatest(c.staff_read_at, v_until)
        else c.staff_read_at end
  where c.id = mark_conversation_read.conversation_id
    and (c.user_id = auth.uid() or auth.uid() is null or ops.is_admin());
  if not found then
    raise exception 'you have no conversation %', mark_conversation_read.conversation_id using errcode = 'P0002',
      hint = 'Pass the id of a row of public.conversations that you can read.';
  end if;
end
$$;
comment on function public.mark_conversation_read(uuid, timestamptz) is
  'What was sent in a conversation until then is read: by the member, or by the staff when an admin or the service key '
  'calls. It never goes back. supabase.rpc("mark_conversation_read", { conversation_id }). Raises P0002 for '
  'another''s.';
