create function ops.job_problems() returns table (name text, problem text, since timestamptz)
language sql stable
set search_path = ''
as $$
  select j.name, j.problem, coalesce(j.last_run_at, j.created_at) from ops.job_states() j where j.problem is not null
$$;
comment on function ops.job_problems() is
  'What is wrong with the jobs of ops.jobs: missing, switched off, changed, failing or late. Shown in ops.attention.';
