create function ops.purge_all(at_most integer default 2000) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_what text;
  v_count integer := 0;
begin
  -- Rows that are kept for less time go first: attempts before their deliveries.
  for v_what in select r.what from ops.retention r where r.keep is not null order by r.keep, r.what loop
    begin
      v_count := v_count + ops.purge(v_what, at_most);
    exception when others then
      raise warning '% could not be aged out: %', v_what, sqlerrm; -- the other parts still run
    end;
  end loop;
  return v_count;
end
$$;
comment on function ops.purge_all(integer) is
  'One step of ops.purge for everything in ops.retention. Run by cron every minute, which keeps up with two million '
  'rows of each kind a day. Returns how many rows were deleted.';
