-- As public.free_times: a caller needs no right to use the schema tutoring.
create function public.reschedule_session(session_id uuid, starts_at timestamptz, reason text default null, key text
  default null) returns public.tutoring_session_changes
language sql
set search_path = ''
begin atomic
  select c from tutoring.reschedule(reschedule_session.session_id, reschedule_session.starts_at,
    reschedule_session.reason, reschedule_session.key) c;
end;
comment on function public.reschedule_session(uuid, timestamptz, text, text) is
  'For the app: moves the caller''s tutoring session to another free time (public.free_times_to_move). A student may '
  'until tutors.reschedule_hours before it begins; student and tutor each at most tutors.max_reschedules times. An '
  'admin may to any time at which the tutor is not busy, and says why. key: the same call with the same key moves it '
  'once. Both are notified, and make.com gets tutoring_session.rescheduled. Returns the row of '
  'tutoring_session_changes. Raises P0001 not_bookable and sold_out, which name the next free time; PT404 '
  'session_unknown; PT409 session_over, starts_at_unchanged, too_late, moved_too_often, '
  'key_reused; 22023 reason_missing, starts_at_missing, starts_at_past.';
