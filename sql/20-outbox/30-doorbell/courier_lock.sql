-- A transaction that writes a delivery and finds a courier awake holds this lock shared until it commits; a courier may
-- end its run only when it can take the lock exclusively. So a courier that was awake when a bell was left out always
-- looks again after that commit.
create function outbox.courier_lock() returns bigint
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return hashtextextended('signalbox/outbox/courier', 0);
end
$$;
comment on function outbox.courier_lock() is
  'The advisory lock between transactions that write deliveries and a courier that ends its run.';
