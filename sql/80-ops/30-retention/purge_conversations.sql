create function ops.purge_conversations(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  with removed as (
    delete from public.conversations c
    where c.id in (
      select x.id from public.conversations x where x.status = 'closed' and x.status_since < before
      order by x.status_since limit at_most for update skip locked
    )
    returning 1
  )
  select count(*) into v_gone from removed;
  return v_gone;
end
$$;
comment on function ops.purge_conversations(timestamptz, integer) is
  'The part of ops.purge for closed conversations, with their messages and transitions.';
