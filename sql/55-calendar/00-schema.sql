create schema calendar;
comment on schema calendar is
  'Google Calendar: which tutoring sessions and appointments have an event with a Meet link there, and how far that '
  'is. The job calendar of the courier does what calendar.task says.';
