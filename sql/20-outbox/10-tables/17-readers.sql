create table outbox.readers (
  destination text primary key,
  position bigint not null default 0,
  kept_after bigint not null default 0,
  seen_until xid8 not null default '0',
  server_started_at timestamptz not null default pg_postmaster_start_time(),

  constraint a_reader_is_a_destination foreign key (destination) references outbox.destinations (name) on update cascade
  on delete cascade,
  constraint positions_are_counted_up check (position >= kept_after and kept_after >= 0)
);

alter table outbox.readers enable row level security;

comment on table outbox.readers is
  'Destinations that pull their messages (functions/changes), and the state of each feed. Filling or trimming a feed '
  'locks its row.';
comment on column outbox.readers.position is 'Of the last message in its feed.';
comment on column outbox.readers.kept_after is
  'Some messages up to this position are not kept any more: a reader that has not read so far has lost them.';
comment on column outbox.readers.seen_until is
  'All transactions before this one had ended when the feed was last filled: the feed holds their messages.';
comment on column outbox.readers.server_started_at is
  'Start of the server that seen_until refers to: another server (a restored dump) numbers transactions anew.';
