-- What was broadcast to a private topic, so that a client that missed a broadcast reads it. ops.tell writes both.
create table public.topic_changes (
  row_key bigint not null,
  sequence bigint generated always as identity,
  topic text not null,
  schema_name text not null,
  table_name text not null,
  row_id text not null,
  operation text not null,
  record jsonb,
  old_record jsonb,
  previous bigint,
  written_by xid8 not null default pg_current_xact_id(),
  created_at timestamptz not null default now(),

  -- Alone has sequences in order, so that no plan looks for a row's last change anywhere else.
  constraint a_change_is_known_by_its_row_and_sequence primary key (row_key, sequence),
  constraint a_change_is_an_insert_an_update_or_a_delete check (operation in ('INSERT', 'UPDATE', 'DELETE')),
  constraint a_change_has_its_row check (num_nonnulls(record, old_record) > 0),
  constraint a_change_follows_an_earlier_one check (previous < sequence)
);
create index topic_changes_by_transaction on public.topic_changes (topic, written_by);
create index topic_changes_by_time on public.topic_changes (created_at);

alter table public.topic_changes enable row level security;
create policy "people read the changes of their topics" on public.topic_changes for select to authenticated
  using (topic = any ((select ops.my_topics())::text[]));

comment on table public.topic_changes is
  'Every change that was broadcast to a private Realtime topic, kept for a week (ops.retention). Apps read it with '
  'changes_since(topic, cursor), never by sequence alone: a lower one may be committed later.';
comment on column public.topic_changes.row_key is
  'A hash of topic, table_name and row_id: the changes of one row in one topic have the same.';
comment on column public.topic_changes.sequence is
  'Of two changes of one row, the later one has the higher number. Broadcasts carry it.';
comment on column public.topic_changes.topic is 'user:<id of the account> or cohort:<id>.';
comment on column public.topic_changes.schema_name is 'The schema of the changed table.';
comment on column public.topic_changes.table_name is 'The changed table.';
comment on column public.topic_changes.row_id is 'The id of the changed row.';
comment on column public.topic_changes.operation is 'INSERT, UPDATE or DELETE.';
comment on column public.topic_changes.record is
  'The row after the change; of a change over 200 KB only {id}. Null: it was deleted.';
comment on column public.topic_changes.old_record is
  'The row before the change; of a change over 200 KB only {id}. Null: it was inserted.';
comment on column public.topic_changes.previous is
  'The sequence of the change of the same row before this one in this topic. Null: none was kept.';
comment on column public.topic_changes.written_by is
  'The transaction that wrote it: public.changes_since tells by it what a cursor has seen.';
