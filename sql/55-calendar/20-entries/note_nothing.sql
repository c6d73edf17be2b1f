create function calendar.note_nothing(entry_id uuid, version integer) returns void
language plpgsql
set search_path = ''
as $$
begin
  update calendar.entries e set synced_version = note_nothing.version
  where e.id = note_nothing.entry_id and e.synced_version < note_nothing.version;
end
$$;
comment on function calendar.note_nothing(uuid, integer) is
  'A version of an entry asks for no change in Google Calendar.';
