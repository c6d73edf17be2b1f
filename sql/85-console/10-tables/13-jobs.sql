create type console.job_status as enum ('running', 'done', 'cancelled');
comment on type console.job_status is
  'running: rows are left. done: every row was tried. cancelled: an admin stopped it, or is none any more.';

create table console.jobs (
  id uuid primary key default ops.uuid7(),
  command text not null,
  what text not null,
  filters jsonb not null,
  reason text not null,
  who text not null,
  user_id uuid not null,
  status console.job_status not null default 'running',
  total bigint not null,
  done bigint not null default 0,
  failed bigint not null default 0,
  errors jsonb not null default '[]',
  cursor text,
  started_at timestamptz not null default now(),
  stepped_at timestamptz,
  ended_at timestamptz,

  constraint a_job_runs_a_command foreign key (command) references console.commands (command) on update cascade,
  constraint a_reason_is_given check (btrim(reason) <> ''),
  constraint a_job_that_ended_says_when check ((status = 'running') = (ended_at is null)),
  constraint errors_are_a_list check (jsonb_typeof(errors) = 'array')
);
create index jobs_by_command on console.jobs (command);
create index jobs_running on console.jobs (id) where status = 'running';
alter table console.jobs enable row level security;

comment on table console.jobs is
  'One command for every row of a list that matches filters: select * from console.jobs order by id desc. Run in '
  'steps, '
  'by the page and by cron. Each row is tried once, the newest first.';
comment on column console.jobs.what is 'The list: events or deliveries.';
comment on column console.jobs.filters is 'As for console.list.';
comment on column console.jobs.who is 'The admin''s address.';
comment on column console.jobs.total is 'How many rows matched when it began; an estimate above 100000.';
comment on column console.jobs.done is 'Rows for which the command succeeded.';
comment on column console.jobs.failed is 'Rows for which it was refused: each changed nothing.';
comment on column console.jobs.errors is 'Of the first 100 that failed: [{id, error}].';
comment on column console.jobs.cursor is 'Where the next step goes on, as console.list understands it.';
comment on column console.jobs.stepped_at is 'When its last step ended.';
