create function ops.health() returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_alerts timestamptz := (select s.last_run_at from ops.alert_settings s);
  v_due record;
  v_queue bigint;
begin
  select * into v_due from ops.due_deliveries d;
  begin
    select count(*) into v_queue from net.http_request_queue;
  exception when insufficient_privilege or undefined_table then
    v_queue := null; -- not ours to read there
  end;

  return jsonb_build_object(
    'down', array_remove(array[
      case when v_alerts < now() - interval '5 minutes' then
        format('Nobody is alerted: ops.tell_attention has not run since %s. select ops.schedule_jobs(), and look at '
          'ops.job_problems().', ops.iso_utc(v_alerts))
      end,
      case when v_due.since < now() - interval '10 minutes' and not v_due.courier_is_awake then
        format('%s, the oldest since %s, and no courier is at work. select outbox.ring(), and look at the log of the '
          'function dispatch.', ops.counted(v_due.count, 'delivery is due', 'deliveries are due'),
          ops.iso_utc(v_due.since))
      end
    ], null),
    'attention', (
      select jsonb_object_agg(v.severity, (select count(*) from ops.incidents i
        where i.resolved_at is null and i.severity = v.severity))
      from unnest(enum_range(null::ops.severity)) v (severity)
    ),
    'alerts', jsonb_build_object('last_run_at', v_alerts),
    'jobs', (
      select coalesce(jsonb_agg(jsonb_build_object('name', j.name, 'problem', j.problem, 'last_run_at', j.last_run_at)
        order by j.name), '[]')
      from ops.job_states() j
    ),
    'pg_net', jsonb_build_object('queued', v_queue),
    'courier', jsonb_build_object(
      'awake', v_due.courier_is_awake, 'due', v_due.count, 'oldest_due_at', v_due.since,
      'waiting', (select count(*) from outbox.deliveries d where d.status = 'pending'),
      'dead', (select count(*) from outbox.deliveries d where d.status = 'dead')
    ),
    'destinations', (
      select coalesce(jsonb_agg(jsonb_build_object('name', t.name, 'state', case
        when t.paused_at is not null then 'paused' when t.opened_at is not null then 'breaker open'
        when t.held_until > now() then 'held' when t.failures > 0 then 'failing' else 'well'
      end, 'last_delivered_at', t.last_delivered_at) order by t.name), '[]')
      from outbox.destinations t
    ),
    'events', (
      select jsonb_build_object('failed', count(*) filter (where e.status in ('failed', 'dead')),
        'parked', count(*) filter (where e.status = 'parked'), 'oldest_unapplied_at', min(e.received_at))
      from inbox.events e where e.status in ('failed', 'dead', 'parked')
    ),
    'rejections', (
      select coalesce(jsonb_agg(to_jsonb(r) order by r.provider, r.reason), '[]')
      from (
        select r.provider, r.reason, sum(r.count) as count from inbox.rejections r
        where r.minute > now() - interval '1 hour' group by r.provider, r.reason
      ) r
    ),
    'reconciler', (
      select coalesce(jsonb_agg(jsonb_build_object('provider', p.name, 'reconciled_until', p.reconciled_until)
        order by p.name), '[]')
      from inbox.providers p where p.reconcile
    ),
    'audit', (
      select jsonb_build_object('finished_at', a.finished_at, 'found', a.found) from ops.audits a
      order by a.id desc limit 1
    )
  );
end
$$;
comment on function ops.health() is
  'How everything is, for functions/health: {down: [reasons], attention: {severity: count}, jobs, courier, '
  'destinations, events, rejections of the last hour, reconciler, audit}. attention is as of the last run of '
  'ops.tell_attention.';
