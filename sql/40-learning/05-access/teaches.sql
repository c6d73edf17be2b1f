create function learning.teaches(cohort_id uuid) returns boolean
language plpgsql stable
-- security definer: policies of cohort_instructors, and of tables that depend on it, call it; without it they would
-- recurse without end
security definer
set search_path = ''
as $$
begin
  return exists (select 1 from public.cohort_instructors i where i.cohort_id = teaches.cohort_id
    and i.user_id = auth.uid());
end
$$;
comment on function learning.teaches(uuid) is 'Whether the caller is an instructor of a cohort. For policies.';
