create function outbox.wake(pump text) returns uuid
language sql
set search_path = ''
begin atomic
  insert into outbox.couriers (pump, awake_until) values (wake.pump, clock_timestamp() + interval '5 seconds')
  returning id;
end;
comment on function outbox.wake(text) is 'Starts a run of the courier.';
