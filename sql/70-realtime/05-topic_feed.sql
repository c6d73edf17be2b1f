create function ops.feed_epoch() returns text
language plpgsql stable
set search_path = ''
as $$
begin
  -- Another server, the same after a restore from a backup, or the table made anew from a dump.
  return substr(md5(concat_ws('/', (select s.system_identifier from pg_control_system() s),
    (select c.timeline_id from pg_control_checkpoint() c), 'public.topic_changes'::regclass::oid)), 1, 8);
end
$$;
comment on function ops.feed_epoch() is
  'Differs between servers, and before and after a restore: transaction ids, and so the cursors of '
  'public.changes_since, mean nothing in another one.';

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
