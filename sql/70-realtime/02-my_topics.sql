create function ops.my_topics() returns text[]
language plpgsql stable
security definer -- see learning.teaches
set search_path = ''
as $$
begin
  return array(
    select 'user:' || auth.uid() where auth.uid() is not null
    union
    select 'cohort:' || e.cohort_id
    from public.enrollments e
    where e.status <> 'cancelled' and (e.user_id = auth.uid() or (e.user_id is null and e.email = ops.my_email()))
    union
    select 'cohort:' || i.cohort_id from public.cohort_instructors i where i.user_id = auth.uid()
    union
    select 'cohort:' || c.id from public.cohorts c where (select ops.is_admin())
  );
end
$$;
comment on function ops.my_topics() is
  'The private Realtime topics that the caller may read: user:<id>, and cohort:<id> of each cohort that the caller '
  'attends or teaches; of all cohorts for admins. As the policies on realtime.messages say it. For policies.';
