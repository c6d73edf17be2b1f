create function learning.apply_calendar_change(fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_appointment public.appointments;
  v_said jsonb;
  v_parts text[];
begin
  if fact ->> 'session_id' is not null then
    return;
  elsif fact ->> 'appointment_id' is not null then
    select a.* into v_appointment from public.appointments a
      where a.id = (fact ->> 'appointment_id')::uuid for no key update;
    if not found then
      raise exception 'there is no appointment %', fact ->> 'appointment_id'
        using errcode = 'P0002', hint
        = 'Send the id of a row of appointments, or none: then it is found by calendar_event_id.';
    end if;
  else
    select a.* into v_appointment from public.appointments a
      where a.calendar_event_id = fact ->> 'provider_ref' for no key update;
  end if;

  v_said := jsonb_build_object(
    'calendar_event_id', fact -> 'provider_ref', 'status', fact -> 'status', 'meet_link', fact -> 'meet_link',
    'starts_at', case when fact ->> 'starts_at' is not null then jsonb_build_array(fact -> 'starts_at',
      fact -> 'ends_at') end
  );
  v_parts := inbox.newer_parts(v_appointment.calendar_as_of, v_said, fact ->> 'occurred_at');
  if v_appointment.id is null or v_parts = '{}' then
    return;
  end if;
  update public.appointments a
  set calendar_event_id = case when 'calendar_event_id' = any (v_parts) then fact ->> 'provider_ref'
    else a.calendar_event_id end,
      starts_at = case when 'starts_at' = any (v_parts) then (fact ->> 'starts_at')::timestamptz else a.starts_at end,
      ends_at = case when 'starts_at' = any (v_parts) then (fact ->> 'ends_at')::timestamptz else a.ends_at end,
      meet_link = case when 'meet_link' = any (v_parts) then fact ->> 'meet_link' else a.meet_link end,
      status = case
        when 'status' <> all (v_parts) then a.status
        when fact ->> 'status' = 'cancelled' and a.status in ('requested', 'confirmed') then 'cancelled'
        when fact ->> 'status' = 'confirmed'
          and (a.status = 'requested' or (a.status = 'cancelled' and a.cancelled_by_calendar)) then 'confirmed'
        else a.status
      end,
      cancelled_by_calendar = a.cancelled_by_calendar
        or ('status' = any (v_parts) and fact ->> 'status' = 'cancelled' and a.status in ('requested', 'confirmed')),
      calendar_as_of = a.calendar_as_of
        || (
          select jsonb_object_agg(p.part, jsonb_build_array(fact -> 'occurred_at', md5((v_said -> p.part)::text)))
          from unnest(v_parts) as p (part)
        )
  where a.id = v_appointment.id;
end
$$;
comment on function learning.apply_calendar_change(jsonb) is
  'Applies calendar.changed to the appointment it names, or that has the calendar''s id: the latest event wins, part '
  'by part (time, status, link). A completed one stays completed; one that was cancelled by hand stays cancelled. An '
  'appointment that is not here changes nothing.';
