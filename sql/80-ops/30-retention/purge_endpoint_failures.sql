create function ops.purge_endpoint_failures(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from ops.endpoint_failures x
  where x.ctid = any (array(
    select t.ctid from ops.endpoint_failures t where t.minute < before order by t.minute limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_endpoint_failures(timestamptz, integer) is
  'The part of ops.purge for requests that could not be served.';
