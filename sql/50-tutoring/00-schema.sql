create schema tutoring;
comment on schema tutoring is
  'The rules about tutoring: which recording belongs to which session, and whom it is sent to. The tables are in '
  'public.';

create type public.tutoring_session_status as enum ('scheduled', 'completed', 'cancelled');
comment on type public.tutoring_session_status is
  'scheduled: will take place. completed: took place; set by its recording, or by an admin. cancelled: will not take '
  'place; no recording is assigned to it.';
