create function console.destinations() returns jsonb
language plpgsql stable
security definer -- the schema outbox stays closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return (
    with hour as materialized (
      select a.id, a.started_at, a.duration_ms, a.status_code, a.error, d.destination
      from (
        select x.* from outbox.attempts x order by x.id desc limit 20000
      ) a
      join outbox.deliveries d on d.id = a.delivery_id
      where a.started_at > now() - interval '1 hour'
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'name', t.name, 'description', t.description, 'adapter', t.adapter, 'replayable', t.replayable,
      -- The path may be the secret (make.com): only where it leads to is shown.
      'url', case when t.url is null then null else regexp_replace(substring(t.url from '^https?://[^/?#]*'), '//.*@',
      '//') || '/…' end,
      'state', case when t.paused_at is not null then 'paused' when t.opened_at is not null then 'breaker open'
        when t.held_until > now() then 'held' when t.failures > 0 then 'failing' else 'well' end,
      'paused', case when t.paused_at is not null then jsonb_build_object('since', t.paused_at,
        'reason', t.paused_reason) end,
      'held', case when t.held_until > now() then jsonb_build_object('until', t.held_until, 'reason', t.held_reason)
        end,
      'breaker', jsonb_build_object('failures', t.failures, 'opens_after', t.breaker_after, 'opened_at', t.opened_at,
        'recovering_since', t.recovering_since),
      'rate', jsonb_build_object('per_second', t.max_per_second, 'in_flight', t.max_in_flight,
        'timeout_ms', t.timeout_ms),
      'receipts', t.receipts,
      'waiting', (select count(*) from (select 1 from outbox.deliveries d where d.destination = t.name
        and d.status = 'pending' limit 100000) x),
      'dead', (select count(*) from (select 1 from outbox.deliveries d where d.destination = t.name
        and d.status = 'dead' limit 100000) x),
      'last_success', t.last_delivered_at,
      'last_error', (
        select jsonb_build_object('at', a.started_at, 'error', a.error, 'http_status', a.status_code)
        from hour a where a.destination = t.name and a.error is not null order by a.id desc limit 1
      ),
      'last_hour', (
        select jsonb_build_object('attempts', count(*), 'failed', count(a.error),
          'p50', percentile_cont(0.5) within group (order by a.duration_ms),
          'p95', percentile_cont(0.95) within group (order by a.duration_ms))
        from hour a where a.destination = t.name
      ),
      'rotation', exists (select 1 from vault.secrets s where s.name = 'signalbox_' || t.name || '_signing_next'),
      'routes', (
        select coalesce(jsonb_agg(jsonb_build_object('id', r.id::text, 'message_type', coalesce(r.message_type,
          array_to_string(r.event_types, ', ')), 'table_name', r.table_name, 'provider', r.provider,
          'priority', r.priority, 'enabled', r.enabled, 'description', r.description)
          order by r.message_type, r.id), '[]')
        from outbox.routes r where r.destination = t.name
      ),
      'actions', to_jsonb(array_remove(array[
        case when t.paused_at is not null or t.held_until > now() or t.opened_at is not null then
          console.action('outbox.resume', jsonb_build_object('destination', t.name)) end,
        case when t.paused_at is null then
          console.action('outbox.pause', jsonb_build_object('destination', t.name)) end,
        case when t.failures > 0 then
          console.action('outbox.retry_waiting', jsonb_build_object('destination', t.name)) end,
        console.action('outbox.retry_dead', jsonb_build_object('destination', t.name)),
        case when t.replayable then
          console.action('outbox.send_test', jsonb_build_object('destination', t.name)) end,
        case when t.replayable then
          console.action('outbox.replay', jsonb_build_object('destination', t.name)) end,
        case when t.replayable then
          console.action('outbox.rotate_secret', jsonb_build_object('destination', t.name)) end,
        case when exists (select 1 from vault.secrets s where s.name = 'signalbox_' || t.name || '_signing_next') then
          console.action('outbox.end_rotation', jsonb_build_object('destination', t.name)) end,
        console.action('outbox.disconnect', jsonb_build_object('destination', t.name))
      ], null))
    ) order by t.name), '[]')
    from outbox.destinations t
  );
end
$$;
comment on function console.destinations() is
  'Every destination: {name, url (its host), state, paused, held, breaker, rate, waiting, dead (each up to 100000), '
  'last_success, last_error, last_hour: {attempts, failed, p50, p95} in ms, of at most 20000 attempts, routes, '
  'actions}.';
