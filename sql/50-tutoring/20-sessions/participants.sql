create function tutoring.participants(session public.tutoring_sessions)
returns table (role text, email text, user_id uuid)
language plpgsql stable
set search_path = ''
as $$
begin
  return query values
    ('tutor', session.tutor_email, coalesce(session.tutor_user_id, commerce.user_of(session.tutor_email))),
    ('student', session.student_email, coalesce(session.student_user_id, commerce.user_of(session.student_email)));
end
$$;
comment on function tutoring.participants(public.tutoring_sessions) is
  'The tutor and the student of a session. user_id is null for people without an account.';
