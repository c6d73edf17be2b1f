create function outbox.rate_of(destination outbox.destinations) returns numeric
language plpgsql stable
set search_path = ''
as $$
declare
  v_recovering double precision := date_part('epoch', clock_timestamp() - destination.recovering_since);
begin
  if v_recovering < 60 then
    -- A destination that has just recovered must not be overloaded by everything that waits for it.
    return destination.max_per_second * greatest(0.1, v_recovering / 60)::numeric;
  end if;
  return destination.max_per_second;
end
$$;
comment on function outbox.rate_of(outbox.destinations) is
  'Requests per second that may be sent to a destination now: max_per_second, or less in the minute after its breaker '
  'closed.';
