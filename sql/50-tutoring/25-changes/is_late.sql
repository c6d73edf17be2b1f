create function tutoring.is_late(session public.tutoring_sessions) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return now() > session.starts_at - make_interval(hours => (
    select t.cancel_hours from public.tutors t where t.email = session.tutor_email
  ));
end
$$;
comment on function tutoring.is_late(public.tutoring_sessions) is
  'Whether it is too late for a student to cancel a session and be refunded (tutors.cancel_hours).';
