create function tutoring.reminder_details(reminder_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'title', s.title, 'ends_at', s.ends_at, 'tutor_email', s.tutor_email, 'tutor_name', t.name,
      'student_email', s.student_email, 'meet_link', s.meet_link, 'time_zone', t.time_zone,
      'write_to', tutoring.write_to('session_reminder', s)
    )
    from public.session_reminders r
    join public.tutoring_sessions s on s.id = r.tutoring_session_id
    left join public.tutors t on t.email = s.tutor_email
    where r.id = reminder_details.reminder_id
  );
end
$$;
comment on function tutoring.reminder_details(uuid) is
  'What a message about a reminder holds besides its row: the session (title, ends_at, meet_link), the addresses, '
  'those that want an e-mail about it (write_to), and the tutor''s name and time zone.';
