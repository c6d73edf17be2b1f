create function community.guard_conversation() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_from public.conversation_status := case when tg_op = 'INSERT' then 'new' else old.status end;
begin
  if not exists (
    select 1 from community.transition_rules r
    where r.from_status = v_from and r.cause = new.cause and r.to_status = new.status
  ) then
    raise exception 'a conversation does not go from % to % because of %', v_from, new.status, new.cause
      using errcode = '23514', constraint = 'a_transition_is_legal',
        hint = 'select * from community.transition_rules says what is legal.';
  end if;
  new.welcomed_at := case when new.cause = 'welcome_sent' then coalesce(new.welcomed_at, new.status_since)
    else new.welcomed_at end;
  new.replied_at := case when new.cause = 'reply' then coalesce(new.replied_at, new.status_since)
    else new.replied_at end;
  new.handed_over_at := case when new.status = 'internal' then coalesce(new.handed_over_at, new.status_since)
    else new.handed_over_at end;
  return new;
end
$$;
comment on function community.guard_conversation() is
  'Row trigger: a conversation changes its status only as community.transition_rules allows. Keeps the times of its '
  'first steps.';

create trigger guard_start before insert on public.conversations for each row execute function
  community.guard_conversation();
create trigger guard_status before update on public.conversations
for each row when (old.status is distinct from new.status) execute function community.guard_conversation();
