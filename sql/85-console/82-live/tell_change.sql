-- On statements, so that a thousand rows cost as much as one; most calls read the clock and a sequence, and no more.
create function console.tell_change() returns trigger
language plpgsql
security definer -- only the owner may insert into realtime.messages
set search_path = ''
as $$
declare
  v_told constant regclass := 'console.told_' || tg_argv[0];
  v_now constant bigint := date_part('epoch', clock_timestamp()) * 1000;
begin
  if pg_sequence_last_value(v_told) between v_now - 999 and v_now
    or current_setting('console.previewing', true) = 'on' then
    return null;
  end if;
  -- Two at the same moment: the one tells, the other goes on. Nobody waits.
  if not pg_try_advisory_xact_lock(hashtext('console.tell_change'), hashtext(tg_argv[0]))
    or pg_sequence_last_value(v_told) between v_now - 999 and v_now then
    return null;
  end if;
  perform setval(v_told, v_now);
  begin
    perform realtime.send(jsonb_build_object('area', tg_argv[0]), 'changed', 'admins');
  exception when others then
    -- As in ops.tell_owner: pages look again by themselves.
    raise warning 'Realtime did not take a change of %: %', tg_argv[0], sqlerrm;
  end;
  return null;
end
$$;
comment on function console.tell_change() is
  'Statement trigger: tells the private topic admins that something has changed, event changed, payload {area}; the '
  'area is the trigger''s argument. At most once a second and area, and no row is sent: the console asks for what it '
  'shows, now and a moment later. What else was changed within that second, or by a transaction that took longer, it '
  'finds when it looks again.';

create trigger tell_admins after insert or update on inbox.events
for each statement execute function console.tell_change('events');
create trigger tell_admins after insert or update on inbox.rejections
for each statement execute function console.tell_change('rejections');
create trigger tell_admins after insert or update on inbox.reconciliations
for each statement execute function console.tell_change('reconciliations');
create trigger tell_admins after insert on outbox.messages
for each statement execute function console.tell_change('messages');
create trigger tell_admins after insert or update on outbox.deliveries
for each statement execute function console.tell_change('deliveries');
create trigger tell_admins after insert or delete or update of url, adapter, max_in_flight,
  max_per_second, paused_at, held_until, failures, opened_at, recovering_since on outbox.destinations
for each statement execute function console.tell_change('destinations');
create trigger tell_admins after insert or update or delete on outbox.routes
for each statement execute function console.tell_change('destinations');
create trigger tell_admins after insert or update on ops.audits
for each statement execute function console.tell_change('audits');
create trigger tell_admins after insert or update on ops.incidents
for each statement execute function console.tell_change('incidents');
create trigger tell_admins after insert or update or delete on ops.endpoint_failures
for each statement execute function console.tell_change('incidents');
create trigger tell_admins after insert on ops.alerts
for each statement execute function console.tell_change('alerts');
create trigger tell_admins after insert on ops.decisions
for each statement execute function console.tell_change('decisions');
create trigger tell_admins after insert or update on console.jobs
for each statement execute function console.tell_change('jobs');
create trigger tell_admins after insert on console.actions
for each statement execute function console.tell_change('actions');
create trigger tell_admins after insert or delete on public.admins
for each statement execute function console.tell_change('admins');
