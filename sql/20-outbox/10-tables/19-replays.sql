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

comment on table outbox.replays is 'Who sent which messages again, to which destination, and why. Never deleted.';
comment on column outbox.replays.destination is 'Its name at that time.';
comment on column outbox.replays.filter is 'The filter given to outbox.replay.';
comment on column outbox.replays.requested_by is 'The account that asked, by its id, or the database role.';
comment on column outbox.messages.replay_id is
  'Set: a copy that outbox.replay made of an earlier message, with an id of its own and everything else the same. The '
  'receiver sees the header webhook-replay.';
comment on column outbox.replays.message_count is 'How many messages it sends.';
