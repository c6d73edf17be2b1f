create function ops.purge_session_reminders(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  with removed as (
    delete from public.session_reminders x
    where x.id in (
      -- One of a session to come stays, however old: it would be sent again.
      select r.id from public.session_reminders r where r.id < ops.uuid7_at(before) and r.starts_at < before
      order by r.id limit at_most for update skip locked
    )
    returning 1
  )
  select count(*) into v_gone from removed;
  return v_gone;
end
$$;
comment on function ops.purge_session_reminders(timestamptz, integer) is
  'The part of ops.purge for which reminders of tutoring sessions were sent.';
