create function calendar.disconnect(reason text) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_count integer;
begin
  perform ops.decide('calendar.disconnect', 'calendar', disconnect.reason);
  perform calendar.connect(false, false);
  update outbox.deliveries d
  set status = 'cancelled', settled_at = now(), last_error = disconnect.reason
  where d.destination = 'calendar' and d.status in ('pending', 'dead');
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function calendar.disconnect(text) is
  'Nothing is put into Google Calendar any more, and what waits for it is cancelled; what is there stays. Returns how '
  'many. reason: why, kept in ops.decisions. Undone by select calendar.connect(). Raises 22023 without a reason.';
