create function tutoring.seconds_apart(
  started_at timestamptz, scheduled_start_at timestamptz, session_starts_at timestamptz, session_ends_at timestamptz
) returns numeric
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_seconds numeric := least(
    abs(extract(epoch from session_starts_at - started_at)),
    abs(extract(epoch from session_starts_at - scheduled_start_at))
  );
begin
  -- In a long session, a second recording may start late.
  return case when v_seconds <= 7200 or (started_at >= session_starts_at and started_at < session_ends_at)
    then v_seconds end;
end
$$;
comment on function tutoring.seconds_apart(timestamptz, timestamptz, timestamptz, timestamptz) is
  'The distance between the start of a session and that of a meeting, as recorded or as scheduled, whichever is '
  'nearer. Null: over two hours, and the recording did not start during the session either: it is of another session.';
