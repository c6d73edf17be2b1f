create function learning.apply_calendar_change(fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_appointment public.appointments;
  v_new jsonb;
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

  v_new := inbox.newer_calendar_columns(v_appointment.calendar_as_of, fact);
  if v_appointment.id is null or v_new is null then
    return;
  end if;
  update public.appointments a
  set calendar_event_id = n.calendar_event_id, starts_at = n.starts_at, ends_at = n.ends_at, meet_link = n.meet_link,
      calendar_as_of = n.calendar_as_of,
      status = case
        when v_new ->> 'status' = 'cancelled' and a.status in ('requested', 'confirmed') then 'cancelled'
        when v_new ->> 'status' = 'confirmed'
          and (a.status = 'requested' or (a.status = 'cancelled' and a.cancelled_by_calendar)) then 'confirmed'
        else a.status
      end,
      cancelled_by_calendar = a.cancelled_by_calendar
        or (v_new ->> 'status' = 'cancelled' and a.status in ('requested', 'confirmed')) is true
  from jsonb_populate_record(v_appointment, v_new - 'status') n
  where a.id = v_appointment.id;
end
$$;
comment on function learning.apply_calendar_change(jsonb) is
  'Applies calendar.changed to the appointment it names, or that has the calendar''s id: the latest event wins, part '
  'by part (time, status, link). A completed one stays completed; one that was cancelled by hand stays cancelled. An '
  'appointment that is not here changes nothing.';
