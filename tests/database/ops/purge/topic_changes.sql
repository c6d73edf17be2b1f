begin;
select plan(7);

insert into public.topic_changes
  (row_key, topic, schema_name, table_name, row_id, operation, record, written_by, created_at)
select n, 'user:x', 'public', 'orders', n::text, 'INSERT', '{}', (1000 + n)::text::xid8,
  now() - make_interval(days => 10 - n)
from generate_series(1, 5) n;
update ops.topic_feed set kept_after = '900';

select is(ops.purge('topic changes', 100), 2, 'those of more than a week ago are removed');
select is((select min(c.row_id) from public.topic_changes c), '3', 'and no younger ones');
select is((select f.kept_after::text from ops.topic_feed f), '1002', 'a cursor must be past their transactions');
select is(ops.purge('topic changes', 100), 0, 'nothing is left to do');
select is((select f.kept_after::text from ops.topic_feed f), '1002', 'nor lost');

update ops.topic_feed set epoch = 'restored';
select is(ops.purge('topic changes', 100), 3, 'those of a restored backup go at once');
select is((select f.epoch = ops.feed_epoch() and f.kept_after >= pg_snapshot_xmin(pg_current_snapshot())
  from ops.topic_feed f), true, 'and every cursor with them');

select * from finish();
rollback;
