create function outbox.record_failures(courier uuid, results jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v record;
  v_delay interval;
begin
  for v in
    select r.*, d.id, d.destination, d.attempts, d.attempts_before
    from jsonb_to_recordset(results) as r (
      delivery_id bigint, attempt integer, outcome text, status_code integer, error text, retry_after_ms bigint
    )
    join outbox.deliveries d on d.id = r.delivery_id
    where r.outcome is distinct from 'delivered'
      -- Otherwise its lease ended and another courier holds it: the log keeps the attempt, the other courier decides
      -- its state.
      and d.status = 'sending' and d.courier = record_failures.courier and d.attempts = r.attempt
    order by d.id
  loop
    case v.outcome
      when 'cancelled', 'refused' then
        update outbox.deliveries d
        set status = case v.outcome when 'cancelled' then 'cancelled' else 'dead' end::outbox.delivery_status,
            settled_at = now(), lease_until = null, last_status_code = v.status_code, last_error = v.error
        where d.id = v.id;
      when 'unsent' then
        -- Nothing was sent (no URL, no secret): it uses up no attempt, and the destination is held. It goes to the end
        -- of the queue: others may lack nothing, such as the refunds at another provider.
        update outbox.deliveries d
        set status = 'pending', lease_until = null, courier = null, attempts = d.attempts - 1,
            next_attempt_at = clock_timestamp(), last_error = coalesce(v.error, 'no reason given')
        where d.id = v.id;
        update outbox.destinations t
        set held_until = now() + interval '1 minute', held_reason = coalesce(v.error, 'no reason given')
        where t.name = v.destination;
      when 'postponed' then
        -- It goes well and takes time: no failure, and no attempt of the schedule. Without an error the schedule starts
        -- anew at the next attempt (outbox.claim).
        update outbox.deliveries d
        set status = 'pending', lease_until = null, courier = null, last_status_code = v.status_code, last_error = null,
            -- Not equal to attempts yet: it waits for its own time, and is not released before (outbox.release_next).
            attempts_before = d.attempts - 1,
            next_attempt_at = clock_timestamp()
              + make_interval(secs => least(greatest(coalesce(v.retry_after_ms, 0), 1000), 86400000) / 1000.0)
        where d.id = v.id;
      when 'retry', 'gone' then
        v_delay := outbox.retry_delay(v.attempts - v.attempts_before);
        if v.outcome = 'gone' then
          -- A pause never drops a delivery: not even after the last attempt.
          perform outbox.pause(v.destination, v.error);
          v_delay := coalesce(v_delay, '0 seconds');
        end if;
        update outbox.deliveries d
        set status = case when v_delay is null then 'dead' else 'pending' end::outbox.delivery_status,
            settled_at = case when v_delay is null then now() end,
            next_attempt_at = case
              when v_delay is null then d.next_attempt_at
              else clock_timestamp() + greatest(v_delay,
                least(make_interval(secs => coalesce(v.retry_after_ms, 0) / 1000.0), interval '24 hours'))
            end,
            lease_until = null,
            courier = null,
            last_status_code = v.status_code,
            last_error = coalesce(v.error, 'no reason given')
        where d.id = v.id;
      else
        raise exception 'no rule for the outcome %', coalesce(v.outcome, '(none)') using errcode = '22023';
    end case;
  end loop;
end
$$;
comment on function outbox.record_failures(uuid, jsonb) is
  'The part of outbox.record for failed attempts: sets the state of each delivery by its outcome.';
