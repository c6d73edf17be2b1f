create table ops.jobs (
  name text primary key,
  schedule text not null,
  command text not null,
  max_age interval not null,
  purpose text not null,
  created_at timestamptz not null default now(),

  constraint a_job_runs_now_and_then check (max_age > interval '0')
);
alter table ops.jobs enable row level security;

comment on table ops.jobs is
  'What pg_cron does for Signalbox. ops.schedule_jobs() makes pg_cron''s jobs of these rows; ops.attention shows a job '
  'that is missing, switched off, failing or late.';
comment on column ops.jobs.schedule is 'In pg_cron''s words: ''5 seconds'', or five fields, in UTC.';
comment on column ops.jobs.max_age is 'How long ago its last run may have begun; longer, and it counts as late.';
comment on column ops.jobs.purpose is 'What stops without it, as ops.attention says it.';
comment on column ops.jobs.command is 'The statement that pg_cron runs.';
