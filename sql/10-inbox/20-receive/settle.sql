create function inbox.settle(event inbox.events, counts boolean, wakes boolean default true)
  returns inbox.event_status
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v record;
  -- Waiting uses up no attempt.
  v_attempts integer;
begin
  v := inbox.try_apply(event);
  v_attempts := event.attempts + (counts and v.status <> 'parked')::integer;
  -- An event is stored as applied (or ignored) before it is applied: in the common case its row is written once.
  if counts or (v.status, v.error, v.waiting_for) is distinct from (event.status, event.error, event.waiting_for) then
    update inbox.events e
    set status = case when v.status = 'failed' and inbox.retry_delay(v_attempts) is null then 'dead' else v.status end,
        error = v.error,
        waiting_for = v.waiting_for,
        attempts = v_attempts,
        applied_at = case when v.status = 'applied' then now() end,
        next_attempt_at = case
          when v.status = 'failed' then now() + inbox.retry_delay(v_attempts)
          -- The arrival of what it waits for retries it; this retry is only a fallback.
          when v.status = 'parked' then now() + interval '1 hour'
          when e.trust = 'unconfirmed' then e.next_attempt_at
        end
    where e.id = event.id
    returning e.status into v.status;
  end if;

  if wakes and v.status = 'applied' then
    perform inbox.wake_parked(array(
      select k.key
      from jsonb_array_elements(event.facts) as f, unnest(inbox.fact_keys(event.provider, f.value)) as k (key)
    ));
  end if;
  return v.status;
end
$$;
comment on function inbox.settle(inbox.events, boolean, boolean) is
  'Applies an event, stores its status, and retries the events parked for it (wakes: whether it does). counts: whether '
  'a failure uses up an attempt. The caller holds the locks of its keys.';
