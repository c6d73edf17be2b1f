-- Whoever writes a delivery and finds a courier awake holds this lock shared until it commits; a courier may go to
-- sleep only when it can have it alone. So a courier that let a bell go unrung always looks again after that commit.
create function outbox.courier_lock() returns bigint
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return hashtextextended('signalbox/outbox/courier', 0);
end
$$;
comment on function outbox.courier_lock() is
  'The advisory lock between those who write deliveries and a courier going to sleep.';
