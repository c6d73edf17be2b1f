create function learning.instructors_of(cohort_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_agg(lower(u.email) order by lower(u.email))
    from public.cohort_instructors i join auth.users u on u.id = i.user_id
    where i.cohort_id = instructors_of.cohort_id and u.email is not null and u.email_confirmed_at is not null
  ), '[]');
end
$$;
comment on function learning.instructors_of(uuid) is
  'The confirmed addresses of a cohort''s instructors, as a list. For messages.';
