-- Each part (ops.purge_…) reads the oldest rows of a table, in the order of an index that follows time, up to the first
-- that is too young. Where rows may have to stay, the walk stores its position (ops.retention.reached). A delivery's
-- attempts are deleted first, then the delivery, then its message, so that nothing is deleted by a cascade, except the
-- few requests to the reconciler. A row that waits, is in progress or is referred to is never deleted.
create function ops.purge(what text, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_policy ops.retention;
  v_before timestamptz;
  v_gone integer;
  v_reached text;
begin
  select r.* into v_policy from ops.retention r where r.what = purge.what;
  if not found then
    raise exception 'nothing is kept under the name %', coalesce(purge.what, '(null)')
      using hint = 'select what from ops.retention';
  end if;
  -- One at a time, so that of two deliveries of one message the later one is known to be the last.
  if v_policy.keep is null or not pg_try_advisory_xact_lock(hashtextextended('signalbox/ops/purge', 0)) then
    return 0;
  end if;
  if v_policy.walk_began_at <= now() - interval '1 day' then
    update ops.retention r set reached = null, walk_began_at = now() where r.what = purge.what;
    v_policy.reached := null;
  end if;
  v_before := now() - v_policy.keep;

  case purge.what
    when 'attempts' then
      select p.* into v_gone, v_reached from ops.purge_attempts(v_before, at_most, v_policy.reached) p;
    when 'deliveries' then
      select p.* into v_gone, v_reached
      from ops.purge_deliveries(v_before, at_most, v_policy.reached, '{delivered,cancelled}') p;
    when 'dead deliveries' then
      select p.* into v_gone, v_reached from ops.purge_deliveries(v_before, at_most, v_policy.reached, '{dead}') p;
    when 'reconciler requests' then v_gone := ops.purge_reconciler_requests(v_before, at_most);
    when 'reconciliations' then v_gone := ops.purge_reconciliations(v_before, at_most, false);
    when 'reconciliations that found' then v_gone := ops.purge_reconciliations(v_before, at_most, true);
    when 'inquiries' then v_gone := ops.purge_inquiries(v_before, at_most);
    when 'audits' then v_gone := ops.purge_audits(v_before, at_most, false);
    when 'audits that found' then v_gone := ops.purge_audits(v_before, at_most, true);
    when 'checkout requests' then v_gone := ops.purge_checkout_requests(v_before, at_most);
    when 'events' then
      select p.* into v_gone, v_reached from ops.purge_events(v_before, at_most, v_policy.reached) p;
    when 'latest facts' then v_gone := ops.purge_latest_facts(v_before, at_most);
    when 'shapes' then v_gone := ops.purge_shapes(v_before, at_most);
    when 'rejections' then v_gone := ops.purge_rejections(v_before, at_most);
    when 'endpoint failures' then v_gone := ops.purge_endpoint_failures(v_before, at_most);
    when 'couriers' then v_gone := ops.purge_couriers(v_before, at_most);
    when 'quota usage' then v_gone := ops.purge_quota_usage(v_before, at_most);
    when 'checkout limits' then v_gone := ops.purge_checkout_limits(v_before, at_most);
    when 'incidents' then v_gone := ops.purge_incidents(v_before, at_most);
    when 'alerts' then v_gone := ops.purge_alerts(v_before, at_most);
    when 'calendar entries' then v_gone := ops.purge_calendar_entries(v_before, at_most);
    when 'person links' then v_gone := ops.purge_person_links(v_before, at_most);
    when 'notifications' then v_gone := ops.purge_notifications(v_before, at_most);
    when 'session reminders' then v_gone := ops.purge_session_reminders(v_before, at_most);
    when 'text versions' then v_gone := ops.purge_text_versions(v_before, at_most);
    when 'conversations' then v_gone := ops.purge_conversations(v_before, at_most);
    when 'console actions' then v_gone := ops.purge_console_actions(v_before, at_most);
    when 'console jobs' then v_gone := ops.purge_console_jobs(v_before, at_most);
    when 'topic changes' then v_gone := ops.purge_topic_changes(v_before, at_most);
    when 'cron log' then
      select p.* into v_gone, v_reached from ops.purge_cron_log(v_before, at_most, v_policy.reached) p;
    else
      raise exception 'there is no rule for removing %', purge.what
        using hint = 'Add a branch to ops.purge, or delete the row from ops.retention.';
  end case;

  if v_reached is not null then
    update ops.retention r set reached = v_reached where r.what = purge.what;
  end if;
  return v_gone;
end
$$;
comment on function ops.purge(text, integer) is
  'Deletes rows that are older than ops.retention allows, oldest first, reading at most this many; locked rows are '
  'left for another run: select ops.purge(''attempts'', 2000). Returns how many were deleted.';
