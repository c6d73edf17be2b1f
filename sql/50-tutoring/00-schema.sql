create schema tutoring;
comment on schema tutoring is
  'The rules about tutoring: which recording is of which session, and who hears of it. The tables are in public.';

create type public.tutoring_session_status as enum ('scheduled', 'completed', 'cancelled');
comment on type public.tutoring_session_status is
  'scheduled: is to take place. completed: took place; set by its recording, or by a person. cancelled: does not take '
  'place; no recording is taken for it.';
