create function calendar.people(entry calendar.entries) returns table (role text, email text)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  select p.role, case when p.email ~ '^[^@\s,;<>]+@[^@\s,;<>]+$' and length(p.email) <= 320 then lower(p.email) end
  from (
    select v.role, coalesce(nullif(v.email, ''), (select u.email from auth.users u where u.id = v.user_id
      and u.email_confirmed_at is not null)) as email
    from public.tutoring_sessions s
    cross join lateral (values ('tutor', s.tutor_email, s.tutor_user_id), ('student', s.student_email,
      s.student_user_id)) v (role, email, user_id)
    where entry.source = 'tutoring_session' and s.id = entry.id
    union all
    select v.role, coalesce(v.email, (select u.email from auth.users u where u.id = v.user_id
      and u.email_confirmed_at is not null))
    from public.appointments a
    cross join lateral (values ('instructor', null, a.instructor_user_id), ('student', a.email, a.user_id))
      v (role, email, user_id)
    where entry.source = 'appointment' and a.id = entry.id
  ) p;
end
$$;
comment on function calendar.people(calendar.entries) is
  'Who is to be invited: tutor or instructor, and student. email is null where no usable address is known.';
