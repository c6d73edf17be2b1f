create function calendar.event_id(entry calendar.entries) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return replace(entry.id::text, '-', '') || case when entry.event_number > 0 then 'v' || entry.event_number
    else '' end;
end
$$;
comment on function calendar.event_id(calendar.entries) is
  'The id that an entry''s event has in Google Calendar: in base32hex, made from the entry''s own, so that a repeated '
  'request never makes a second event.';
