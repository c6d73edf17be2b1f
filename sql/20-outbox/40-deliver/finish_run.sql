create function outbox.finish_run(courier uuid, even_if_due boolean default false) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if not even_if_due then
    -- The lock is not free: another transaction is about to commit a delivery and did not ring, because a courier is
    -- awake.
    if not pg_try_advisory_xact_lock(outbox.courier_lock()) then
      return false;
    end if;
    if exists (select 1 from outbox.due()) then
      return false;
    end if;
  end if;
  update outbox.couriers c set ended_at = clock_timestamp(), awake_until = null where c.id = finish_run.courier;
  if even_if_due then
    perform outbox.ring_if_due();
  end if;
  return true;
end
$$;
comment on function outbox.finish_run(uuid, boolean) is
  'A courier asks to end its run: false when it must look again first. even_if_due: its time is up; a bell hands the '
  'rest to a new run.';
