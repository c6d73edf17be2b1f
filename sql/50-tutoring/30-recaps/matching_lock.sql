create function tutoring.matching_lock() returns bigint
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return hashtextextended('tutoring/matching', 0);
end
$$;
comment on function tutoring.matching_lock() is
  'The advisory lock under which sessions and recordings are written: a session and its recording that come at the '
  'same moment would otherwise not see each other.';

create function tutoring.queue_for_matching() returns trigger
language plpgsql
security definer -- whoever may write a session need not be able to call what is in this schema
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
