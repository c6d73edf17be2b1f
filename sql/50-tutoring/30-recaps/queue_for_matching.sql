create function tutoring.queue_for_matching() returns trigger
language plpgsql
security definer -- the writer of a session has no right to use this schema
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(tutoring.matching_lock());
  return null;
end
$$;
comment on function tutoring.queue_for_matching() is
  'Statement trigger: takes tutoring.matching_lock before any row is locked, as tutoring.apply_meeting does, so that '
  'the two queue and do not deadlock.';

create trigger queue_for_matching before insert or update or delete on public.tutoring_sessions
for each statement execute function tutoring.queue_for_matching();
