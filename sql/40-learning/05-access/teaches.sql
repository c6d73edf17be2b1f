create function learning.teaches(cohort_id uuid) returns boolean
language plpgsql stable
-- policies of cohort_instructors, and of what it decides about, ask it: they would ask each other without end
security definer
set search_path = ''
as $$
begin
  return exists (select 1 from public.cohort_instructors i where i.cohort_id = teaches.cohort_id
    and i.user_id = auth.uid());
end
$$;
comment on function learning.teaches(uuid) is 'Whether who asks is an instructor of a cohort. For policies.';
