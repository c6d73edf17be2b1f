create function ops.purge_topic_changes(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
  v_last xid8;
begin
  -- A restored backup: its transaction ids mean nothing here. Every app reads its tables again.
  update ops.topic_feed f
  set epoch = ops.feed_epoch(), kept_after = pg_snapshot_xmax(pg_current_snapshot())
  where f.epoch <> ops.feed_epoch();
  if found then
    delete from public.topic_changes c where true;
    get diagnostics v_gone = row_count;
    return v_gone;
  end if;

  with removed as (
    delete from public.topic_changes x
    where x.ctid = any (array(
      select t.ctid
      from public.topic_changes t
      where t.created_at < before
      order by t.created_at
      limit at_most
      for update skip locked
    ))
    returning x.written_by
  )
  select count(*), (select r.written_by from removed r order by r.written_by desc limit 1) into v_gone, v_last
  from removed;
  if v_last is not null then
    update ops.topic_feed f set kept_after = greatest(f.kept_after, v_last) where f.only_row;
  end if;
  return v_gone;
end
$$;
comment on function ops.purge_topic_changes(timestamptz, integer) is
  'The part of ops.purge for changes that were broadcast. A cursor that has not passed them is gone from then on '
  '(public.changes_since); all of them after a restore from a backup.';
