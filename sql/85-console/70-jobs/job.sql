create function console.job(id uuid) returns jsonb
language plpgsql stable
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
declare
  v_job console.jobs;
begin
  perform console.require_admin();
  select j.* into v_job from console.jobs j where j.id = job.id;
  if not found then
    raise exception 'there is no job %', job.id using errcode = 'PT404', hint = 'See jobs().';
  end if;
  return console.job_row(v_job);
end
$$;
comment on function console.job(uuid) is 'A job, as start_job returns it. Raises PT404 for an unknown id.';
