create function tutoring.role_in(session public.tutoring_sessions, reason text default null)
returns public.tutoring_session_role
language plpgsql stable
set search_path = ''
as $$
declare
  v_caller uuid := auth.uid(); -- null: the database owner, in Studio
  v_email text := ops.my_email();
  v_role public.tutoring_session_role := case
    when session.student_user_id = v_caller or (session.student_user_id is null and session.student_email = v_email)
      then 'student'
    when session.tutor_user_id = v_caller or (session.tutor_user_id is null and session.tutor_email = v_email)
      then 'tutor'
  end;
begin
  if v_caller is null or (ops.is_admin() and (v_role is null or reason ~ '\S')) then
    return 'admin';
  end if;
  return v_role;
end
$$;
comment on function tutoring.role_in(public.tutoring_sessions, text) is
  'As who the caller changes a session: student or tutor, by the policy of tutoring_sessions; admin for an admin who '
  'is neither, or gives a reason, and for the database owner. Null: it is not the caller''s.';
