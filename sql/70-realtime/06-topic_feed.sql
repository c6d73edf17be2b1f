create table ops.topic_feed (
  only_row boolean primary key default true,
  epoch text not null default ops.feed_epoch(),
  kept_after xid8 not null default pg_current_xact_id(),

  constraint there_is_one_topic_feed check (only_row)
);
alter table ops.topic_feed enable row level security;
insert into ops.topic_feed default values;

comment on table ops.topic_feed is 'The state of public.topic_changes; ops.purge writes it.';
comment on column ops.topic_feed.epoch is
  'ops.feed_epoch() when the rows of topic_changes were written. Where it differs, they are of a restored backup.';
comment on column ops.topic_feed.kept_after is
  'Changes of transactions up to this one may have been removed: a cursor that is not past it has lost them.';
