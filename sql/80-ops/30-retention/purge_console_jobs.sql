create function ops.purge_console_jobs(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from console.jobs x
  where x.ctid = any (array(
    select t.ctid from console.jobs t where t.id < ops.uuid7_at(before) and t.ended_at < before order by t.id limit
      at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_console_jobs(timestamptz, integer) is
  'The part of ops.purge for jobs of the console that have ended.';
