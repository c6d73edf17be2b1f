create function tutoring.apply_calendar_change(fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
  v_new jsonb;
begin
  if fact ->> 'appointment_id' is not null then
    return;
  end if;
  -- A session that moves looks for its recordings, and recordings look for their session: take the lock before either's
  -- row, as in apply_meeting.
  perform pg_advisory_xact_lock(tutoring.matching_lock());
  if fact ->> 'session_id' is not null then
    select s.* into v_session from public.tutoring_sessions s
      where s.id = (fact ->> 'session_id')::uuid for no key update;
    if not found then
      raise exception 'there is no tutoring session %', fact ->> 'session_id'
        using errcode = 'P0002', hint
        = 'Send the id of a row of tutoring_sessions, or none: then it is found by calendar_event_id.';
    end if;
  else
    select s.* into v_session
    from public.tutoring_sessions s
    where s.calendar_event_id = fact ->> 'provider_ref'
    order by s.id
    limit 1
    for no key update;
  end if;

  v_new := inbox.newer_calendar_columns(v_session.calendar_as_of, fact);
  if v_session.id is null or v_new is null then
    return;
  end if;
  update public.tutoring_sessions s
  set calendar_event_id = n.calendar_event_id, starts_at = n.starts_at, ends_at = n.ends_at, meet_link = n.meet_link,
      calendar_as_of = n.calendar_as_of,
      status = case
        when v_new ->> 'status' = 'cancelled' and s.status = 'scheduled' then 'cancelled'
        when v_new ->> 'status' = 'confirmed' and s.status = 'cancelled' and s.cancelled_by_calendar
          -- The calendar does not undo a refund.
          and not exists (
            select 1 from public.order_items i join public.orders o on o.id = i.order_id
            where i.id = s.order_item_id and o.status = 'refunded'
          ) then 'scheduled'
        else s.status
      end,
      cancelled_by_calendar = s.cancelled_by_calendar
        or (v_new ->> 'status' = 'cancelled' and s.status = 'scheduled') is true
  from jsonb_populate_record(v_session, v_new - 'status') n
  where s.id = v_session.id;
end
$$;
comment on function tutoring.apply_calendar_change(jsonb) is
  'Applies calendar.changed to the session it names, or that has the calendar''s id: the latest event wins, part by '
  'part (time, status, link). A completed one stays completed; one that was cancelled by a refund or by hand stays '
  'cancelled. An appointment that is not here changes nothing.';
