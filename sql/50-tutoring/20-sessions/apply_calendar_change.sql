create function tutoring.apply_calendar_change(fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
  v_said jsonb;
  v_parts text[];
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

  v_said := jsonb_build_object(
    'calendar_event_id', fact -> 'provider_ref', 'status', fact -> 'status', 'meet_link', fact -> 'meet_link',
    'starts_at', case when fact ->> 'starts_at' is not null then jsonb_build_array(fact -> 'starts_at',
      fact -> 'ends_at') end
  );
  v_parts := inbox.newer_parts(v_session.calendar_as_of, v_said, fact ->> 'occurred_at');
  if v_session.id is null or v_parts = '{}' then
    return;
  end if;
  update public.tutoring_sessions s
  set calendar_event_id = case when 'calendar_event_id' = any (v_parts) then fact ->> 'provider_ref'
    else s.calendar_event_id end,
      starts_at = case when 'starts_at' = any (v_parts) then (fact ->> 'starts_at')::timestamptz else s.starts_at end,
      ends_at = case when 'starts_at' = any (v_parts) then (fact ->> 'ends_at')::timestamptz else s.ends_at end,
      meet_link = case when 'meet_link' = any (v_parts) then fact ->> 'meet_link' else s.meet_link end,
      status = case
        when 'status' <> all (v_parts) then s.status
        when fact ->> 'status' = 'cancelled' and s.status = 'scheduled' then 'cancelled'
        when fact ->> 'status' = 'confirmed' and s.status = 'cancelled' and s.cancelled_by_calendar
          -- The calendar does not undo a refund.
          and not exists (
            select 1 from public.order_items i join public.orders o on o.id = i.order_id
            where i.id = s.order_item_id and o.status = 'refunded'
          ) then 'scheduled'
        else s.status
      end,
      cancelled_by_calendar = s.cancelled_by_calendar
        or ('status' = any (v_parts) and fact ->> 'status' = 'cancelled' and s.status = 'scheduled'),
      calendar_as_of = s.calendar_as_of
        || (
          select jsonb_object_agg(p.part, jsonb_build_array(fact -> 'occurred_at', md5((v_said -> p.part)::text)))
          from unnest(v_parts) as p (part)
        )
  where s.id = v_session.id;
end
$$;
comment on function tutoring.apply_calendar_change(jsonb) is
  'Applies calendar.changed to the session it names, or that has the calendar''s id: the latest event wins, part by '
  'part (time, status, link). A completed one stays completed; one that was cancelled by a refund or by hand stays '
  'cancelled. An appointment that is not here changes nothing.';
