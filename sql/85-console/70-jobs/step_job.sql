create function console.step_job(id uuid) returns jsonb
language plpgsql
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  perform console.step(step_job.id);
  return console.job(step_job.id);
end
$$;
comment on function console.step_job(uuid) is
  'Does the next 50 rows of a job, or what 3 s suffice for, and returns it. Several pages may call it at once: no row '
  'is '
  'done twice. Raises PT404 for an unknown id.';
