create function calendar.note_conference_failed(entry_id uuid, conference_number integer) returns void
language plpgsql
set search_path = ''
as $$
begin
  update calendar.entries e
  set conference_number = e.conference_number + 1, conference_failures = e.conference_failures + 1,
    conference_asked_at = null
  where e.id = note_conference_failed.entry_id and e.conference_number = note_conference_failed.conference_number;
end
$$;
comment on function calendar.note_conference_failed(uuid, integer) is
  'A conference request failed: the next one has another requestId. Once for each number, however often it is called.';
