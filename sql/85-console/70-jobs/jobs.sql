create function console.jobs() returns jsonb
language plpgsql stable
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return (
    select coalesce(jsonb_agg(console.job_row(j) order by j.id desc), '[]')
    from (select x from console.jobs x order by x.id desc limit 100) y (j)
  );
end
$$;
comment on function console.jobs() is 'The newest 100 jobs, newest first, each as start_job returns it.';
