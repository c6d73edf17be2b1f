create function ops.purge_person_links(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  with removed as (
    delete from ops.person_links x
    where x.id in (
      select l.id from ops.person_links l where l.how = 'confirmed' and l.created_at < before
      order by l.created_at limit at_most for update skip locked
    )
    returning 1
  )
  select count(*) into v_gone from removed;
  return v_gone;
end
$$;
comment on function ops.purge_person_links(timestamptz, integer) is
  'The part of ops.purge for links by confirmation; links by hand are kept for ever.';
