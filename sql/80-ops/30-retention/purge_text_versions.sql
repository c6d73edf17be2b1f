create function ops.purge_text_versions(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  with removed as (
    delete from public.text_versions x
    where x.id in (
      select v.id from public.text_versions v where v.id < ops.uuid7_at(before)
      order by v.id limit at_most for update skip locked
    )
    returning 1
  )
  select count(*) into v_gone from removed;
  return v_gone;
end
$$;
comment on function ops.purge_text_versions(timestamptz, integer) is
  'The part of ops.purge for earlier versions of questions and messages.';
