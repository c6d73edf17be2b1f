create function outbox.courier_is_awake() returns boolean
language plpgsql volatile
set search_path = ''
as $$
begin
  return exists (select 1 from outbox.couriers c where c.ended_at is null and c.awake_until > clock_timestamp());
end
$$;
comment on function outbox.courier_is_awake() is 'Whether a courier is at work that will look for deliveries again.';
