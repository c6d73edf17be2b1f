create function ops.tell_owner() returns trigger
language plpgsql
security definer -- only the owner may insert into realtime.messages
set search_path = ''
as $$
begin
  if tg_level = 'ROW' then
    perform realtime.broadcast_changes('user:' || coalesce(new.user_id, old.user_id), tg_op, tg_op, tg_table_name,
      tg_table_schema, new, old);
  else
    -- As realtime.broadcast_changes does it, which takes one row of a row trigger only.
    perform realtime.send(
      jsonb_build_object('old_record', null, 'record', n, 'operation', tg_op, 'table', tg_table_name, 'schema',
        tg_table_schema),
      tg_op, 'user:' || n.user_id
    )
    from new_rows n
    where n.user_id is not null;
  end if;
  return null;
exception when others then
  -- Broadcasts are a fast path only: a failing one must not fail an order.
  raise warning 'Realtime did not take a change of %.%: %', tg_table_schema, tg_table_name, sqlerrm;
  return null;
end
$$;
comment on function ops.tell_owner() is
  'Trigger: sends the change to the private topic user:<user_id>, event INSERT, UPDATE or DELETE, payload {operation, '
  'table, schema, record, old_record}. Of updates and deletions for each row; of inserts also for each statement, with '
  'the transition table new_rows. Deletions are told here alone: the publication of Postgres Changes has none.';

create trigger tell_owner after update on public.orders
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_inserts after insert on public.orders referencing new table as new_rows
for each statement execute function ops.tell_owner();
create trigger tell_owner after update on public.payments
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_inserts after insert on public.payments referencing new table as new_rows
for each statement execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.memberships
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.credit_ledger
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.conversations
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.notifications
for each row when (new.user_id is not null and new.in_app) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.enrollments
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.appointments
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.student_questions
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.support_tickets
for each row when (new.user_id is not null) execute function ops.tell_owner();

create trigger tell_owner_of_deletion after delete on public.orders
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.payments
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.memberships
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.credit_ledger
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.conversations
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.notifications
for each row when (old.user_id is not null and old.in_app) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.enrollments
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.appointments
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.student_questions
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.support_tickets
for each row when (old.user_id is not null) execute function ops.tell_owner();
