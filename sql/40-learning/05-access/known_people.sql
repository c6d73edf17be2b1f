create function learning.known_people() returns table (user_id uuid)
language plpgsql stable
security definer -- the caller may not read others' seats and sessions
set search_path = ''
as $$
declare
  v_me uuid := auth.uid();
  v_email text := ops.my_email();
begin
  if v_me is null then
    return;
  end if;
  return query
  with mine as (
    select e.cohort_id from public.enrollments e
    where e.status <> 'cancelled' and (e.user_id = v_me or (e.user_id is null and e.email = v_email))
    union
    select i.cohort_id from public.cohort_instructors i where i.user_id = v_me
  )
  select e.user_id from public.enrollments e
  where e.cohort_id in (select m.cohort_id from mine m) and e.status <> 'cancelled' and e.user_id is not null
  union
  select i.user_id from public.cohort_instructors i where i.cohort_id in (select m.cohort_id from mine m)
  union
  select s.student_user_id from public.tutoring_sessions s
  where s.status <> 'cancelled' and s.student_user_id is not null
    and (s.tutor_user_id = v_me or (s.tutor_user_id is null and s.tutor_email = v_email))
  union
  select s.tutor_user_id from public.tutoring_sessions s
  where s.status <> 'cancelled' and s.tutor_user_id is not null
    and (s.student_user_id = v_me or (s.student_user_id is null and s.student_email = v_email));
end
$$;
comment on function learning.known_people() is
  'The accounts whose profiles the caller may read: members and instructors of the cohorts that the caller attends or '
  'teaches, and the caller''s tutors and students. Cancelled seats and sessions count for nothing. For policies.';
