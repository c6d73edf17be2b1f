create function console.job_states() returns jsonb
language plpgsql stable
security definer -- the schema ops stays closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return (
    select coalesce(jsonb_agg(to_jsonb(j) || jsonb_build_object('schedule', k.schedule, 'purpose', k.purpose)
      order by j.name), '[]')
    from ops.job_states() j join ops.jobs k on k.name = j.name
  );
end
$$;
comment on function console.job_states() is
  'Cron''s jobs (ops.job_states): [{name, problem, last_run_at, created_at, schedule, purpose}]; problem null: none.';
