create function learning.is_enrolled(cohort_id uuid, email text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
    select 1 from public.enrollments e
    where e.cohort_id = is_enrolled.cohort_id and e.email = lower(is_enrolled.email) and e.status <> 'cancelled'
  );
end
$$;
comment on function learning.is_enrolled(uuid, text) is 'Whether somebody has a seat in a cohort.';
