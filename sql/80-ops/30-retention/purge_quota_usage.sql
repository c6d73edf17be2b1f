create function ops.purge_quota_usage(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from ops.quota_usage x
  where x.ctid = any (array(
    select t.ctid from ops.quota_usage t where t.hour < before order by t.hour limit at_most for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_quota_usage(timestamptz, integer) is
  'The part of ops.purge for counters of ops.quotas.';
