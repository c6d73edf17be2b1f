create function learning.attends(cohort_id uuid) returns boolean
language plpgsql stable
security definer -- see learning.teaches
set search_path = ''
as $$
begin
  return exists (
    select 1 from public.enrollments e
    where e.cohort_id = attends.cohort_id
      and e.status <> 'cancelled'
      and (e.user_id = auth.uid() or (e.user_id is null and e.email = ops.my_email()))
  );
end
$$;
comment on function learning.attends(uuid) is
  'Whether the caller has a seat in a cohort: by account, or by confirmed address where the enrollment names no '
  'account. For policies.';
