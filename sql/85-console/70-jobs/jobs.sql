create function console.jobs() returns jsonb
language plpgsql stable
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return (
    select coalesce(jsonb_agg(n.it order by n.id desc), '[]')
    from (select j.id, console.job_row(j) as it from console.jobs j order by j.id desc limit 100) n
  );
end
$$;
comment on function console.jobs() is 'The newest 100 jobs, newest first, each as start_job returns it.';
