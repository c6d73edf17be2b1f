create function console.job_row(job console.jobs) returns jsonb
language sql stable
set search_path = ''
begin atomic
  select jsonb_build_object('id', job.id, 'command', job.command, 'what', job.what, 'filters', job.filters,
    'reason', job.reason, 'who', job.who, 'status', job.status, 'total', job.total, 'done', job.done,
    'failed', job.failed, 'errors', job.errors, 'started_at', job.started_at, 'stepped_at', job.stepped_at,
    'ended_at', job.ended_at);
end;
comment on function console.job_row(console.jobs) is 'A job as the console shows it.';
