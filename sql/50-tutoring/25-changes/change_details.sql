create function tutoring.change_details(change_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'title', s.title, 'status', s.status, 'starts_at', s.starts_at, 'ends_at', s.ends_at,
      'tutor_email', s.tutor_email, 'tutor_name', t.name, 'student_email', s.student_email,
      'meet_link', s.meet_link, 'time_zone', t.time_zone,
      'write_to', tutoring.write_to('session_' || c.kind, s)
    )
    from public.tutoring_session_changes c
    join public.tutoring_sessions s on s.id = c.tutoring_session_id
    left join public.tutors t on t.email = s.tutor_email
    where c.id = change_details.change_id
  );
end
$$;
comment on function tutoring.change_details(uuid) is
  'What a message about a change of a session holds besides its row: the session as it is now (title, status, '
  'starts_at, ends_at, meet_link), the addresses, those that want an e-mail about it (write_to), and the tutor''s name '
  'and time zone.';
