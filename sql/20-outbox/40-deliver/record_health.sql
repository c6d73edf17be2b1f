create function outbox.record_health(results jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v record;
begin
  for v in
    select d.destination,
      count(*) filter (where r.outcome in ('delivered', 'refused', 'cancelled', 'postponed'))::integer as delivered,
      -- A first attempt says something about the destination. A message that failed before the destination last
      -- accepted another one fails by itself: its retries do not count, except as the probe of an open breaker.
      count(*) filter (
        where r.outcome = 'retry' and r.status_code is distinct from 429
          and (d.attempts - d.attempts_before <= 1 or t.opened_at is not null or t.last_delivered_at is null
            or not exists (
            select 1 from outbox.attempts a
            where a.delivery_id = d.id and a.number = d.attempts_before + 1 and a.started_at < t.last_delivered_at
          ))
      )::integer as failed,
      (array_agg(r.error order by d.id desc) filter (where r.outcome = 'retry'))[1] as reason,
      max(make_interval(secs => greatest(coalesce(r.retry_after_ms, 0), 1000) / 1000.0))
        filter (where r.status_code = 429) as asked_to_wait
    from jsonb_to_recordset(results) as r (delivery_id bigint, outcome text, status_code integer, error text,
      retry_after_ms bigint)
    join outbox.deliveries d on d.id = r.delivery_id
    join outbox.destinations t on t.name = d.destination
    group by d.destination
    order by d.destination
  loop
    -- In the common case nothing changes, and no row is locked that all couriers would queue for.
    if v.failed > 0 or v.asked_to_wait is not null
      or exists (select 1 from outbox.destinations t where t.name = v.destination
        and (t.failures > 0 or t.opened_at is not null)) then
      perform outbox.update_breaker(v.destination, v.delivered, v.failed, v.reason, v.asked_to_wait);
    end if;
  end loop;
end
$$;
comment on function outbox.record_health(jsonb) is
  'The part of outbox.record for destinations: updates the health of each from a batch of attempts.';
