create function console.step_jobs() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_job uuid;
  v_count integer := 0;
begin
  for v_job in select j.id from console.jobs j where j.status = 'running' order by j.id limit 5 loop
    perform console.step(v_job);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function console.step_jobs() is
  'The next step of the oldest running jobs of the console, for cron: they end although no page is open.';
