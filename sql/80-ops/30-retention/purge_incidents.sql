create function ops.purge_incidents(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from ops.incidents x
  where x.ctid = any (array(
    select t.ctid from ops.incidents t where t.resolved_at < before order by t.resolved_at limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_incidents(timestamptz, integer) is 'The part of ops.purge for resolved incidents.';
