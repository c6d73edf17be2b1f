create function tutoring.counts_as_trial(session public.tutoring_sessions) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return session.status <> 'cancelled' or exists (
    select 1 from public.tutoring_session_changes c
    where c.tutoring_session_id = session.id and c.kind = 'cancelled' and c.changed_as = 'student' and c.late
  );
end
$$;
comment on function tutoring.counts_as_trial(public.tutoring_sessions) is
  'Whether a trial session is the one that its student has: not if it was cancelled in time, or by the tutor.';
