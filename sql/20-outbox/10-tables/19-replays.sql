create table outbox.replays (
  id bigint generated always as identity primary key,
  destination text not null,
  filter jsonb not null,
  reason text not null,
  requested_by text not null default coalesce(auth.uid()::text, current_user),
  message_count integer not null,
  created_at timestamptz not null default now(),

  constraint a_replay_has_a_reason check (btrim(reason) <> ''),
  constraint a_replay_is_of_messages check (message_count > 0)
);

alter table outbox.replays enable row level security;

alter table outbox.messages add constraint a_copy_belongs_to_a_replay foreign key (replay_id)
  references outbox.replays (id);
create index messages_by_replay on outbox.messages (replay_id) where replay_id is not null;

comment on table outbox.replays is 'Who sent which messages again, where to, and why. Kept for good.';
comment on column outbox.replays.destination is 'By the name it had then.';
comment on column outbox.replays.filter is 'Which messages, as outbox.replay was told.';
comment on column outbox.replays.requested_by is 'The account that asked, by its id, or the database role.';
comment on column outbox.messages.replay_id is
  'Set: a copy that outbox.replay made of an earlier message, with an id of its own and all else the same. The '
  'receiver is told in the header webhook-replay.';
