create function inbox.ignore(event_id uuid, reason text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_status inbox.event_status;
  v_trust inbox.event_trust;
begin
  select e.status, e.trust into v_status, v_trust from inbox.events e where e.id = ignore.event_id for update;
  if not found then
    raise exception 'there is no event %', ignore.event_id using errcode = 'P0002', hint =
      'Look it up in inbox.events.';
  elsif v_status not in ('failed', 'dead', 'parked') and v_trust <> 'unconfirmed' then
    raise exception 'event % is %', ignore.event_id, v_status using errcode = '22023',
      hint = 'Only one that failed, is dead, is parked or is not confirmed needs to be closed.';
  end if;
  perform ops.decide('inbox.ignore', ignore.event_id::text, ignore.reason);
  update inbox.events e
  set status = 'ignored', next_attempt_at = null, waiting_for = null, error = 'Closed by an admin: ' || ignore.reason
  where e.id = ignore.event_id;
end
$$;
comment on function inbox.ignore(uuid, text) is
  'An admin closes an event that means nothing here, or that its provider will never confirm: nothing of it is '
  'applied, and it is kept as ignored. reason: why, kept in ops.decisions. Raises P0002 for an event that is not here, '
  '22023 without a reason or for one that needs nobody.';
