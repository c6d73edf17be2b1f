create function ops.tell_cohort() returns trigger
language plpgsql
security definer -- only the owner may insert into realtime.messages
set search_path = ''
as $$
begin
  perform ops.tell('DELETE', tg_table_schema, tg_table_name, array['cohort:' || old.cohort_id], null,
    array[jsonb_build_object('id', old.id)]);
  return null;
exception when others then
  -- As in ops.tell_owner.
  raise warning 'Realtime did not take a change of %.%: %', tg_table_schema, tg_table_name, sqlerrm;
  return null;
end
$$;
comment on function ops.tell_cohort() is
  'Row trigger: tells the private topic cohort:<cohort_id> that a message was deleted or hidden, by ops.tell: event '
  'DELETE, old_record {id}. Postgres Changes tells neither: it has no deletions, and whoever may not read a hidden '
  'message hears nothing of it.';

create trigger tell_cohort_of_deletion after delete on public.cohort_messages
for each row when (old.hidden_at is null) execute function ops.tell_cohort();
create trigger tell_cohort_of_hiding after update of hidden_at on public.cohort_messages
for each row when (old.hidden_at is null and new.hidden_at is not null) execute function ops.tell_cohort();
