create function ops.purge_shapes(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from inbox.shapes x
  where x.ctid = any (array(
    select t.ctid
    from inbox.shapes t
    where t.last_seen < before
    order by t.last_seen
    limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_shapes(timestamptz, integer) is
  'The part of ops.purge for shapes of webhooks that were not received again.';
