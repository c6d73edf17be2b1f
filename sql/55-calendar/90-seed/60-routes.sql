-- A job makes up to five requests, and Google is to get at most five a second from us.
insert into outbox.destinations (name, adapter, replayable, max_in_flight, max_per_second, timeout_ms, description)
values ('calendar', 'calendar', false, 2, 1, 20000,
  'Google Calendar: makes, moves and removes the events of sessions and appointments, with their Meet links. Off '
  'until select calendar.connect().');

insert into outbox.routes (destination, message_type, table_name, operations, when_column, latest_only, description)
values
  ('calendar', 'calendar.requested', 'calendar.entries', '{INSERT}', null, true, 'Make the event.'),
  ('calendar', 'calendar.requested', 'calendar.entries', '{UPDATE}', 'version', true,
    'Bring it in line with the session or appointment, or remove it.');
