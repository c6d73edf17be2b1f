create function ops.purge_notifications(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  with removed as (
    delete from public.notifications x
    where x.id in (
      select n.id from public.notifications n where n.id < ops.uuid7_at(before)
      order by n.id limit at_most for update skip locked
    )
    returning 1
  )
  select count(*) into v_gone from removed;
  return v_gone;
end
$$;
comment on function ops.purge_notifications(timestamptz, integer) is
  'The part of ops.purge for notifications, read or not.';
