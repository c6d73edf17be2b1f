create function learning.appointment_details(appointment_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('cohort_name', c.name, 'instructor_emails', case
      when a.instructor_user_id is null then learning.instructors_of(a.cohort_id)
      else to_jsonb(array(select lower(u.email) from auth.users u where u.id = a.instructor_user_id
        and u.email is not null and u.email_confirmed_at is not null))
    end)
    from public.appointments a left join public.cohorts c on c.id = a.cohort_id
    where a.id = appointment_details.appointment_id
  );
end
$$;
comment on function learning.appointment_details(uuid) is
  'What a message about an appointment holds besides its row: the cohort''s name, and the confirmed address of the '
  'instructor, or of all who could take it.';
