create function ops.tell_attention() returns void
language plpgsql
set search_path = ''
as $$
declare
  v_settings ops.alert_settings;
  v_now timestamptz := clock_timestamp();
  v_resolved uuid[];
  v_raised uuid[];
begin
  select s.* into strict v_settings from ops.alert_settings s for no key update;

  with seen as materialized (
    select a.what, a.id, a.which, a.why, a.remedy, a.severity, a.since from ops.attention a
  ), gone as (
    update ops.incidents i
    set resolved_at = greatest(v_now, i.raised_at)
    where i.resolved_at is null and not exists (select 1 from seen s where (s.what, s.id) = (i.what, i.about))
    returning i.id, i.alerted_at
  ), lasting as (
    update ops.incidents i
    set which = s.which, why = s.why, remedy = s.remedy, severity = s.severity
    from seen s
    where i.resolved_at is null and (i.what, i.about) = (s.what, s.id)
      and (i.why, i.remedy, i.severity) is distinct from (s.why, s.remedy, s.severity)
  ), opened as (
    insert into ops.incidents (what, about, which, why, remedy, severity, since, raised_at, quiet)
    select distinct on (s.what, s.id) s.what, s.id, s.which, s.why, s.remedy, s.severity, s.since, v_now,
      exists (
        select 1 from ops.incidents before
        where (before.what, before.about) = (s.what, s.id) and before.resolved_at > v_now - v_settings.cool_down
          -- Somebody was told of it, then or shortly before.
          and (before.alerted_at is not null or before.quiet)
      )
    from seen s
    where not exists (
      select 1 from ops.incidents i where i.resolved_at is null and (i.what, i.about) = (s.what, s.id)
    )
  )
  select array_agg(g.id) filter (where g.alerted_at is not null) into v_resolved from gone g;

  if v_resolved is not null then
    perform ops.write_alert('resolved', v_resolved);
  end if;

  select array_agg(i.id) into v_raised
  from ops.incidents i
  where i.resolved_at is null and i.alerted_at is null and i.severity >= v_settings.alert_from
    -- What came back and stays is no flapping: the last that was said is that it is gone.
    and (not i.quiet or i.raised_at <= v_now - v_settings.cool_down)
  -- What is urgent does not wait, and takes along what does.
  having bool_or(i.severity = 'urgent')
    or not exists (
      select 1 from ops.alerts a where a.kind = 'raised' and a.created_at > v_now - v_settings.cool_down
    );
  if v_raised is not null then
    perform ops.write_alert('raised', v_raised);
    update ops.incidents i set alerted_at = v_now where i.id = any (v_raised);
  end if;

  if v_settings.last_digest_at < (date_trunc('day', v_now, 'UTC') + v_settings.digest_at)
    and v_now >= (date_trunc('day', v_now, 'UTC') + v_settings.digest_at) then
    perform ops.write_alert('digest', array(select i.id from ops.incidents i where i.resolved_at is null));
    update ops.alert_settings s set last_digest_at = v_now where s.only_row;
  end if;
  update ops.alert_settings s set last_run_at = v_now where s.only_row;
end
$$;
comment on function ops.tell_attention() is
  'Compares ops.attention with ops.incidents and writes what is new, and what is gone, as alerts: grouped, urgent ones '
  'at once, others at most every cool_down, and a digest a day. Run by cron every minute.';
