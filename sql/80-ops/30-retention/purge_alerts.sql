create function ops.purge_alerts(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from ops.alerts x
  where x.ctid = any (array(
    select t.ctid from ops.alerts t where t.created_at < before order by t.id limit at_most for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_alerts(timestamptz, integer) is 'The part of ops.purge for alerts that were sent.';
