create function calendar.note_event_gone(entry_id uuid, event_number integer) returns void
language plpgsql
set search_path = ''
as $$
begin
  update calendar.entries e
  set event_number = e.event_number + 1, conference_number = e.conference_number + 1, conference_failures = 0,
    conference_asked_at = null,
    -- Google asks not to use a Meet code of one event for another.
    meet_space = null
  where e.id = note_event_gone.entry_id and e.event_number = note_event_gone.event_number;
end
$$;
comment on function calendar.note_event_gone(uuid, integer) is
  'The event was deleted at Google for good, and its id cannot be used again: the next event gets another one. Once '
  'for each number, however often it is called.';
