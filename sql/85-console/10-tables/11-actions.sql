create table console.actions (
  id uuid primary key default ops.uuid7(),
  who text not null,
  user_id uuid,
  command text not null,
  arguments jsonb not null,
  reason text,
  result jsonb,
  error text,
  job_id uuid,
  at timestamptz not null default clock_timestamp(),
  key uuid
);
-- What was refused changed nothing: the same key may try it again.
create unique index actions_by_key on console.actions (user_id, key) nulls not distinct
  where key is not null and error is null;
alter table console.actions enable row level security;

comment on table console.actions is
  'What admins did with the console, with its result or error: select * from console.actions order by id desc. Written '
  'by console.run and by jobs. Kept as long as ops.retention says.';
comment on column console.actions.who is 'The admin''s address.';
comment on column console.actions.user_id is 'The admin''s account.';
comment on column console.actions.arguments is 'As given; of a secret argument nothing.';
comment on column console.actions.result is 'What the command returned, up to 10 KB. Null for a command that returns '
  'a secret.';
comment on column console.actions.error is 'Why it was refused. Null: it was done.';
comment on column console.actions.job_id is 'The row of console.jobs that ran it. Null: an admin did, alone.';
comment on column console.actions.key is
  'The key that console.run was called with: what was done with it is done once. Null: it had none.';
comment on column console.actions.command is 'The command, as in console.commands.';
comment on column console.actions.at is 'When.';
