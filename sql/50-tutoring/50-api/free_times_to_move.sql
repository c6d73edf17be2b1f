-- As public.free_times: a caller needs no right to use the schema tutoring.
create function public.free_times_to_move(session_id uuid, "from" timestamptz, "to" timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz)
language sql stable
set search_path = ''
begin atomic
  select t.starts_at, t.ends_at
  from tutoring.times_of_session(free_times_to_move.session_id, free_times_to_move."from", free_times_to_move."to") t;
end;
comment on function public.free_times_to_move(uuid, timestamptz, timestamptz) is
  'For the app: to when the caller''s tutoring session can be moved, from a moment on and before another, at most 62 '
  'days later. Its own time counts as free. Raises PT404 session_unknown, 22023 range_invalid.';
