create function calendar.sync(entry_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  update calendar.entries e
  set version = e.version + 1, problem = null, conference_failures = 0
  where e.id = sync.entry_id;
  if not found then
    raise exception 'the calendar has no entry %', sync.entry_id
      using errcode = 'P0002', hint
      = 'It is the id of a session or appointment that was booked while the calendar was on. select '
      'calendar.connect() adds those that were booked before.';
  end if;
end
$$;
comment on function calendar.sync(uuid) is
  'Brings a session or appointment to Google Calendar again, and asks for its Meet link anew: select calendar.sync('
  '''<id of the session>'').';
