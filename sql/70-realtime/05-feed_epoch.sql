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
