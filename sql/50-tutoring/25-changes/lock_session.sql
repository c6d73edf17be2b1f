create function tutoring.lock_session(session_id uuid, reason text) returns public.tutoring_sessions
language plpgsql
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
begin
  -- The order of locks: docs/architecture.md.
  perform pg_advisory_xact_lock(tutoring.matching_lock());
  select s.* into v_session from public.tutoring_sessions s where s.id = lock_session.session_id for no key update;
  if v_session.id is null or tutoring.role_in(v_session, lock_session.reason) is null then
    raise exception 'there is no tutoring session % of yours', lock_session.session_id
      using errcode = 'PT404', detail = 'session_unknown', hint = 'Read tutoring_sessions again.';
  elsif tutoring.role_in(v_session, lock_session.reason) = 'admin'
    -- <why>: the placeholder of a remedy in ops.attention.
    and (coalesce(lock_session.reason !~ '\S', true) or strpos(lock_session.reason, '<why>') > 0) then
    raise exception 'an admin says why' using errcode = '22023', detail = 'reason_missing', hint = 'Pass reason.';
  end if;
  insert into public.tutors (email) values (v_session.tutor_email) on conflict (email) do nothing;
  return v_session;
end
$$;
comment on function tutoring.lock_session(uuid, text) is
  'A session that the caller is about to change, locked; the caller holds the locks that come before it. Its tutor, '
  'where a calendar made the session, gets a row with the usual rules. Raises PT404 session_unknown for one that is '
  'somebody else''s, 22023 reason_missing for an admin without a reason.';
