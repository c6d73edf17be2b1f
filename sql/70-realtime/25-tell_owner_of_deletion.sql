create function ops.tell_owner_of_deletion() returns trigger
language plpgsql
security definer -- only the owner may insert into realtime.messages
set search_path = ''
as $$
begin
  perform realtime.broadcast_changes('user:' || old.user_id, tg_op, tg_op, tg_table_name, tg_table_schema, null, old);
  return null;
exception when others then
  -- As in ops.tell_owner.
  raise warning 'Realtime did not take a deletion of %.%: %', tg_table_schema, tg_table_name, sqlerrm;
  return null;
end
$$;
comment on function ops.tell_owner_of_deletion() is
  'Row trigger: sends the deletion to the private topic user:<user_id>, event DELETE, payload {operation, table, '
  'schema, old_record}. The publication of Postgres Changes has no deletions.';

create trigger tell_owner_of_deletion after delete on public.orders
for each row when (old.user_id is not null) execute function ops.tell_owner_of_deletion();
create trigger tell_owner_of_deletion after delete on public.payments
for each row when (old.user_id is not null) execute function ops.tell_owner_of_deletion();
create trigger tell_owner_of_deletion after delete on public.memberships
for each row when (old.user_id is not null) execute function ops.tell_owner_of_deletion();
create trigger tell_owner_of_deletion after delete on public.credit_ledger
for each row when (old.user_id is not null) execute function ops.tell_owner_of_deletion();
create trigger tell_owner_of_deletion after delete on public.notifications
for each row when (old.user_id is not null) execute function ops.tell_owner_of_deletion();
create trigger tell_owner_of_deletion after delete on public.enrollments
for each row when (old.user_id is not null) execute function ops.tell_owner_of_deletion();
create trigger tell_owner_of_deletion after delete on public.appointments
for each row when (old.user_id is not null) execute function ops.tell_owner_of_deletion();
create trigger tell_owner_of_deletion after delete on public.student_questions
for each row when (old.user_id is not null) execute function ops.tell_owner_of_deletion();
create trigger tell_owner_of_deletion after delete on public.support_tickets
for each row when (old.user_id is not null) execute function ops.tell_owner_of_deletion();
