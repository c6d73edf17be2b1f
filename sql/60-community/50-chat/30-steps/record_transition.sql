create function community.record_transition() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  insert into public.conversation_transitions (conversation_id, from_status, cause, to_status, event_id, happened_at)
  values (
    new.id, case when tg_op = 'INSERT' then 'new' else old.status end, new.cause, new.status,
    nullif(current_setting('signalbox.event_id', true), '')::uuid, new.status_since
  );
  return null;
end
$$;
comment on function community.record_transition() is
  'Row trigger: each step of a conversation is kept, with its cause and the event that is being applied.';

create trigger record_start after insert on public.conversations for each row execute function
  community.record_transition();
create trigger record_status after update on public.conversations
for each row when (old.status is distinct from new.status) execute function community.record_transition();
