create function ops.tell_owner() returns trigger
language plpgsql
security definer -- only the owner may insert into realtime.messages
set search_path = ''
as $$
declare
  v_topics text[];
  v_records jsonb[];
  v_old_records jsonb[];
begin
  if tg_level = 'ROW' then
    v_topics := array['user:' || coalesce(new.user_id, old.user_id)];
    v_records := array[to_jsonb(new)];
    v_old_records := array[to_jsonb(old)];
  elsif tg_op = 'INSERT' then
    select array_agg('user:' || n.user_id), array_agg(to_jsonb(n)) into v_topics, v_records
    from new_rows n
    where n.user_id is not null;
  elsif tg_op = 'UPDATE' then
    -- Postgres fills both tables row by row: the same place is the same row.
    select array_agg('user:' || n.user_id order by n.place), array_agg(n.record order by n.place),
      array_agg(o.record order by n.place) into v_topics, v_records, v_old_records
    from (select r.user_id, to_jsonb(r) as record, row_number() over () as place from new_rows r) n
    join (select to_jsonb(r) as record, row_number() over () as place from old_rows r) o on o.place = n.place
    where n.user_id is not null;
  end if;
  if v_topics is not null then -- guests have none
    perform ops.tell(tg_op, tg_table_schema, tg_table_name, v_topics, v_records, v_old_records);
  end if;
  return null;
exception when others then
  -- What apps are told must not fail an order.
  raise warning 'Realtime did not take a change of %.%: %', tg_table_schema, tg_table_name, sqlerrm;
  return null;
end
$$;
comment on function ops.tell_owner() is
  'Trigger: ops.tell with the private topic user:<user_id>. Of inserts and updates for each row, or for each statement '
  'with the transition tables new_rows and old_rows; of deletions for each row. Deletions are told here alone: the '
  'publication of Postgres Changes has none.';

create trigger tell_owner after update on public.orders referencing old table as old_rows new table as new_rows
for each statement execute function ops.tell_owner();
create trigger tell_owner_of_inserts after insert on public.orders referencing new table as new_rows
for each statement execute function ops.tell_owner();
create trigger tell_owner after update on public.payments referencing old table as old_rows new table as new_rows
for each statement execute function ops.tell_owner();
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
