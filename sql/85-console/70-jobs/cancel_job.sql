create function console.cancel_job(id uuid) returns jsonb
language plpgsql
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  update console.jobs j set status = 'cancelled', ended_at = clock_timestamp()
  where j.id = cancel_job.id and j.status = 'running';
  return console.job(cancel_job.id);
end
$$;
comment on function console.cancel_job(uuid) is
  'Stops a job before its next step, and returns it; what it did stays done. One that has ended is left alone. Raises '
  'PT404 for an unknown id.';
