create function community.follow_membership() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform community.settle_conversation(new);
  return null;
end
$$;
comment on function community.follow_membership() is 'Row trigger: see community.settle_conversation.';

create trigger then_settle_conversation after insert on public.memberships
for each row execute function community.follow_membership();
create trigger then_settle_conversation_of_change after update on public.memberships
for each row when (
  (old.status, old.user_id, old.current_period_end, old.cancel_at_period_end, old.past_due_since)
  is distinct from
  (new.status, new.user_id, new.current_period_end, new.cancel_at_period_end, new.past_due_since)
) execute function community.follow_membership();
