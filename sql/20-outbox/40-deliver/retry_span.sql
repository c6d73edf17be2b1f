create function outbox.retry_span() returns interval
language plpgsql volatile parallel safe
set search_path = ''
as $$
declare
  v_span interval := '0';
  v_delay interval;
  v_attempts integer := 1;
begin
  loop
    v_delay := outbox.retry_delay(v_attempts);
    exit when v_delay is null;
    v_span := v_span + v_delay;
    v_attempts := v_attempts + 1;
  end loop;
  -- The jitter of another delivery may be longer, by a tenth at most.
  return v_span * 1.1;
end
$$;
comment on function outbox.retry_span() is
  'How long a delivery is retried at most, by outbox.retry_delay: after that it is delivered or dead. A longer '
  'Retry-After of a receiver extends it.';
