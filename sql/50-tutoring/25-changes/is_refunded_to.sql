create function tutoring.is_refunded_to(session public.tutoring_sessions, role public.tutoring_session_role)
returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return now() <= tutoring.refunded_until(session, role);
end
$$;
comment on function tutoring.is_refunded_to(public.tutoring_sessions, public.tutoring_session_role) is
  'Whether a session is refunded when it is cancelled now: see tutoring.refunded_until.';
