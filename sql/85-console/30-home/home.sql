create function console.home() returns jsonb
language plpgsql stable
security definer -- the schemas inbox, outbox and ops stay closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return jsonb_build_object(
    'attention', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'what', a.what, 'id', a.id, 'which', a.which, 'why', a.why, 'since', a.since, 'severity', a.severity,
        'remedy', a.remedy, 'actions', console.actions_of(a.what, a.id, a.remedy)
      ) order by a.severity desc, a.since), '[]')
      from (
        select w.* from ops.attention w order by w.severity desc, w.since limit 500
      ) a
    ),
    'counts', jsonb_build_object(
      'events_24h', (select count(*) from (select 1 from inbox.events e
        where e.received_at > now() - interval '24 hours' limit 1000000) x),
      'deliveries_24h', (select count(*) from (select 1 from outbox.deliveries d
        where d.message_id >= ops.uuid7_at(now() - interval '24 hours') limit 1000000) x),
      'waiting', (select count(*) from (select 1 from outbox.deliveries d where d.status = 'pending' limit 1000000) x),
      'dead', (select count(*) from (select 1 from outbox.deliveries d where d.status = 'dead' limit 1000000) x),
      'failing_destinations', (select count(*) from outbox.destinations t
        where t.failures > 0 or t.opened_at is not null or t.paused_at is not null or t.held_until > now())
    ),
    'version', (select max(m.version) from supabase_migrations.schema_migrations m)
  );
end
$$;
comment on function console.home() is
  'What needs a person, and how much is going on: {attention: [{what, id, which, why, since, severity, remedy, '
  'actions}], counts: {events_24h, deliveries_24h, waiting, dead, failing_destinations}, version}. The 500 most severe '
  'lines; a count ends at a million.';
