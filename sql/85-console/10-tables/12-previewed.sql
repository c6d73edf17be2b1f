create unlogged table console.previewed (
  id bigint generated always as identity primary key,
  backend integer not null default pg_backend_pid(),
  table_name text not null,
  operation text not null,
  before jsonb,
  after jsonb
);
alter table console.previewed enable row level security;

comment on table console.previewed is
  'The rows that a command changes, while console.perform runs it: written by the trigger console_preview, and gone '
  'before the transaction ends.';
comment on column console.previewed.backend is 'The session that runs the command.';
comment on column console.previewed.table_name is 'With its schema.';
comment on column console.previewed.before is 'The row as it was. Null: it is new.';
comment on column console.previewed.after is 'The row as it is then. Null: it is deleted.';
comment on column console.previewed.operation is 'INSERT, UPDATE or DELETE.';
