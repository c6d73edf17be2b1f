create function outbox.update_breaker(destination text, delivered integer, failed integer, reason text,
  asked_to_wait interval) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_destination outbox.destinations;
  v_failures integer;
  v_opens boolean;
begin
  select d.* into v_destination from outbox.destinations d where d.name = update_breaker.destination for no key update;
  if delivered > 0 then
    if v_destination.opened_at is not null then
      -- Deliveries that failed only while it was down are due at once. Those that failed before keep their schedule:
      -- the fault may be their own.
      update outbox.deliveries x set next_attempt_at = x.created_at
      where x.id in (
        select y.id from outbox.deliveries y
        where y.destination = v_destination.name and y.status = 'pending' and y.lane in (1, 3, 5)
          and not exists (
            select 1 from outbox.attempts a
            where a.delivery_id = y.id and a.number > y.attempts_before
              and a.started_at < v_destination.opened_at - make_interval(secs => v_destination.timeout_ms / 1000.0 + 5)
          )
        for no key update skip locked -- a change is cancelling it right now (latest_only)
      );
    end if;
    update outbox.destinations d
    set failures = 0,
        opened_at = null,
        -- After a few seconds the queue is short, and single messages may have been the reason: it continues at its
        -- full rate.
        recovering_since = case
          when d.opened_at < clock_timestamp() - interval '30 seconds' then clock_timestamp()
          else d.recovering_since
        end,
        held_until = case when d.opened_at is null then d.held_until end,
        held_reason = case when d.opened_at is null then d.held_reason end
    where d.name = v_destination.name and (d.failures > 0 or d.opened_at is not null);
  -- While an open breaker holds, a failure is no probe: its request was in flight before.
  elsif failed > 0 and not (v_destination.opened_at is not null
    and coalesce(v_destination.held_until > clock_timestamp(), false)) then
    v_failures := case
      when v_destination.opened_at is not null then v_destination.failures + 1
      -- Everything in flight fails together: that opens the breaker, and doubles no wait.
      else least(v_destination.failures + failed, v_destination.breaker_after)
    end;
    -- The destination answers: the failures in a row were those of single messages.
    v_opens := v_failures >= v_destination.breaker_after
      and (v_destination.opened_at is not null or coalesce(v_destination.last_delivered_at < clock_timestamp() -
        interval '5 seconds', true));
    update outbox.destinations d
    set failures = v_failures,
        opened_at = case when v_opens then coalesce(d.opened_at, clock_timestamp()) end,
        held_until = case
          when v_opens then clock_timestamp() +
          least(interval '10 seconds' * (2 ^ least(v_failures - d.breaker_after, 10)), interval '5 minutes')
          else d.held_until
        end,
        held_reason = case
          when v_opens then format('Its breaker is open: %s in a row failed. %s',
            ops.counted(v_failures, 'attempt'), update_breaker.reason)
          else d.held_reason
        end
    where d.name = v_destination.name;
  end if;
  if asked_to_wait > interval '0' then
    update outbox.destinations d
    set held_until = greatest(d.held_until, clock_timestamp() + least(asked_to_wait, interval '5 minutes')),
        held_reason = case when d.held_until > clock_timestamp() then d.held_reason
        else 'It asked for a pause (429).' end
    where d.name = v_destination.name;
  end if;
end
$$;
comment on function outbox.update_breaker(text, integer, integer, text, interval) is
  'Updates a destination''s breaker from a batch of attempts: a success closes it, breaker_after failures in a row '
  'open it, each failed probe doubles the wait (10 s to 5 min). asked_to_wait: by a 429. Nothing is dropped.';
