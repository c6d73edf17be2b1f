create function outbox.record(courier uuid, results jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v record;
  v_delay interval;
begin
  for v in
    select r.*, d.id, d.destination, d.record_key, d.attempts, d.attempts_before,
      d.status = 'sending' and d.courier = record.courier and d.attempts = r.attempt as current
    from jsonb_to_recordset(results) as r (
      delivery_id bigint, attempt integer, outcome text, started_at timestamptz, duration_ms integer,
      status_code integer, error text, response_body text, retry_after_ms bigint
    )
    join outbox.deliveries d on d.id = r.delivery_id
    order by d.id
    for no key update of d
  loop
    if v.outcome in ('delivered', 'retry', 'refused', 'gone', 'cancelled') then
      insert into outbox.attempts (delivery_id, number, started_at, duration_ms, status_code, error, response_body, courier)
      values (v.delivery_id, v.attempt, v.started_at, v.duration_ms, v.status_code, v.error, v.response_body, record.courier)
      on conflict on constraint an_attempt_is_recorded_once do nothing;
    end if;
    continue when not v.current; -- its lease ran out and another courier has it: the log keeps the attempt, the state is theirs

    case v.outcome
      when 'delivered' then
        update outbox.deliveries d
        set status = 'delivered', settled_at = now(), lease_until = null, last_status_code = v.status_code, last_error = null
        where d.id = v.id;
      when 'cancelled' then
        update outbox.deliveries d
        set status = 'cancelled', settled_at = now(), lease_until = null, last_status_code = v.status_code, last_error = v.error
        where d.id = v.id;
      when 'refused' then
        update outbox.deliveries d
        set status = 'dead', settled_at = now(), lease_until = null, last_status_code = v.status_code, last_error = v.error
        where d.id = v.id;
      when 'unsent' then
        -- Nothing left this house (no address, no secret): it does not use up an attempt, and the destination waits.
        update outbox.deliveries d
        set status = 'pending', lease_until = null, courier = null, attempts = d.attempts - 1, last_error = v.error
        where d.id = v.id;
        update outbox.destinations t
        set held_until = now() + interval '1 minute', held_reason = coalesce(v.error, 'no reason given')
        where t.name = v.destination;
      when 'retry', 'gone' then
        v_delay := outbox.retry_delay(v.attempts - v.attempts_before);
        if v.outcome = 'gone' then
          -- A pause holds, and never drops: even after the last try.
          perform outbox.pause(v.destination, v.error);
          v_delay := coalesce(v_delay, '0 seconds');
        end if;
        update outbox.deliveries d
        set status = case when v_delay is null then 'dead' else 'pending' end::outbox.delivery_status,
            settled_at = case when v_delay is null then now() end,
            next_attempt_at = case
              when v_delay is null then d.next_attempt_at
              else clock_timestamp() + greatest(v_delay, least(make_interval(secs => coalesce(v.retry_after_ms, 0) / 1000.0), interval '24 hours'))
            end,
            lease_until = null,
            courier = null,
            last_status_code = v.status_code,
            last_error = v.error
        where d.id = v.id;
      else
        raise exception 'no rule for the outcome %', coalesce(v.outcome, '(none)') using errcode = '22023';
    end case;
    perform outbox.release_next(v.destination, v.record_key);
  end loop;
end
$$;
comment on function outbox.record(uuid, jsonb) is
  'Writes down how attempts went: [{delivery_id, attempt, outcome, started_at, duration_ms, status_code, error, response_body, retry_after_ms}]. outcome: delivered; retry (by the schedule, or Retry-After when that is later, at most 24 h); refused (dead at once); cancelled (there is nothing to do any more); gone (410: pauses the destination, keeps the delivery); unsent (nothing was sent: no attempt used).';
