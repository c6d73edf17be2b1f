create function learning.cohort_message_details(message_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'cohort_name', c.name,
      'student_emails', array(select e.email from public.enrollments e where e.cohort_id = c.id
        and e.status <> 'cancelled' order by 1),
      'instructor_emails', learning.instructors_of(c.id)
    )
    from public.cohort_messages m join public.cohorts c on c.id = m.cohort_id
    where m.id = cohort_message_details.message_id
  );
end
$$;
comment on function learning.cohort_message_details(uuid) is
  'What a message about a cohort''s message holds besides its row: the cohort''s name, and the addresses of all its '
  'members, the author''s too.';
