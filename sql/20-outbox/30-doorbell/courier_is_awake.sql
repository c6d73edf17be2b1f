create function outbox.courier_is_awake() returns boolean
language plpgsql volatile
set search_path = ''
as $$
begin
  -- A time far in the future was written before the clock stepped back, and is ignored.
  return exists (
    select 1 from outbox.couriers c
    where c.ended_at is null and c.awake_until > clock_timestamp() and c.awake_until < clock_timestamp() +
      interval '1 minute'
  );
end
$$;
comment on function outbox.courier_is_awake() is 'Whether a running courier will look for deliveries again.';
