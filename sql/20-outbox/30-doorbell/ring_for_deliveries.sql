create function outbox.ring_for_deliveries() returns trigger
language plpgsql
security definer -- see outbox.ring
set search_path = ''
as $$
begin
  -- Once per transaction; a rollback to a savepoint undoes the mark together with the bell.
  if current_setting('signalbox.rung', true) = 'yes' then
    return null;
  end if;
  begin
    perform set_config('signalbox.rung', 'yes', true);
    perform pg_advisory_xact_lock_shared(outbox.courier_lock());
    if not outbox.courier_is_awake() then
      perform outbox.ring();
    end if;
  exception when others then
    -- A failing bell must not fail an order: cron and the runs after webhooks deliver.
    raise warning 'the doorbell could not be rung: %', sqlerrm;
  end;
  return null;
end
$$;
comment on function outbox.ring_for_deliveries() is
  'Statement trigger: new deliveries ring the doorbell, unless a courier is awake and will look again.';

create trigger ring_the_doorbell
after insert on outbox.deliveries
for each statement execute function outbox.ring_for_deliveries();
