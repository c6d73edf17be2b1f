create function outbox.record(courier uuid, results jsonb) returns void
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_destinations text[];
  v_held_up text[];
begin
  -- A result lost in a crash of the server means a second sending, under the same id.
  perform set_config('synchronous_commit', 'off', true);

  with given as materialized (
    select d.id, d.destination, d.record_key, r.attempt, r.outcome, r.started_at, r.duration_ms, r.status_code, r.error,
    r.response_body,
      d.status = 'sending' and d.courier = record.courier and d.attempts = r.attempt as current
    from jsonb_to_recordset(results) as r (
      delivery_id bigint, attempt integer, outcome text, started_at timestamptz, duration_ms integer,
      status_code integer, error text, response_body text
    )
    join outbox.deliveries d on d.id = r.delivery_id
    order by d.id
    for no key update of d
  ), logged as (
    insert into outbox.attempts (delivery_id, number, started_at, duration_ms, status_code, error, response_body,
      courier)
    select g.id, g.attempt, g.started_at, g.duration_ms, g.status_code, g.error, g.response_body, record.courier
    from given g
    where g.outcome <> 'unsent'
    on conflict on constraint an_attempt_is_recorded_once do nothing
  ), delivered as (
    update outbox.deliveries d
    set status = 'delivered', settled_at = now(), lease_until = null, last_status_code = g.status_code,
      last_error = null,
        receipt_due_at = case when t.receipts then now() + t.receipt_within end
    from given g
    join outbox.destinations t on t.name = g.destination
    where d.id = g.id and g.current and g.outcome = 'delivered'
    returning d.destination
  ), answering as (
    -- At most once a second, because claims and records of all couriers share this row.
    update outbox.destinations t
    set last_delivered_at = clock_timestamp()
    where t.name in (select x.destination from delivered x)
      and (t.last_delivered_at is null or t.last_delivered_at not between clock_timestamp() - interval '1 second'
        and clock_timestamp())
  )
  select array_agg(distinct g.destination) into v_destinations from given g;

  -- Nearly always everything was delivered, and nothing below has to run.
  if results @? '$[*] ? (!(@.outcome == "delivered"))' then
    perform outbox.record_failures(record.courier, results);
  end if;
  if results @? '$[*] ? (@.outcome == "retry")'
    or exists (select 1 from outbox.destinations t where t.name = any (v_destinations)
      and (t.failures > 0 or t.opened_at is not null)) then
    perform outbox.record_health(results);
  end if;
  select array_agg(d.name) into v_held_up
  from unnest(v_destinations) as d (name)
  where exists (select 1 from outbox.deliveries x where x.destination = d.name and x.status = 'pending'
    and x.next_attempt_at > clock_timestamp());
  if v_held_up is not null then
    perform outbox.release_next(v_held_up, array(select r.delivery_id from jsonb_to_recordset(results) as r
      (delivery_id bigint)));
  end if;
end
$$;
comment on function outbox.record(uuid, jsonb) is
  'Records the results of attempts: [{delivery_id, attempt, outcome, started_at, duration_ms, status_code, error, '
  'response_body, retry_after_ms}]. outcome: delivered; retry (by the schedule, or Retry-After when that is later, at '
  'most 24 h); postponed (a job waits for something: after retry_after_ms, no failure); refused (dead at once); '
  'cancelled (nothing is left to do); gone (410: pauses the destination, keeps the delivery); unsent (nothing was '
  'sent: no attempt used).';
