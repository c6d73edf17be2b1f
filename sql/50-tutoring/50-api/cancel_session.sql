-- As public.free_times: a caller needs no right to use the schema tutoring.
create function public.cancel_session(session_id uuid, reason text default null, refund boolean default null)
returns public.tutoring_session_changes
language sql
set search_path = ''
begin atomic
  select c from tutoring.cancel(cancel_session.session_id, cancel_session.reason, cancel_session.refund) c;
end;
comment on function public.cancel_session(uuid, text, boolean) is
  'For the app: cancels the caller''s tutoring session. A tutor''s cancellation is refunded; a student''s, if it is '
  'tutors.cancel_hours before the beginning or sooner, or if the tutor moved it last; an admin says why, and may '
  'decide about the refund. The time is free again, both are notified, and make.com gets tutoring_session.cancelled. '
  'Again, it returns the same row of tutoring_session_changes. Raises PT404 session_unknown, PT409 session_over, 22023 '
  'reason_missing.';
