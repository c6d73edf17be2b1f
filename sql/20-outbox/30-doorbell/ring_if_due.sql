create function outbox.ring_if_due() returns bigint
language sql
set search_path = ''
begin atomic
  select case when outbox.needs_courier() then outbox.ring() end;
end;
comment on function outbox.ring_if_due() is
  'Rings when something is due and no courier is awake. Run by cron: for retries, and after a lost bell.';
