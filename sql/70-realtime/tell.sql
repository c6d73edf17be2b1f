-- The same statement for any number of changes: sets tell theirs at once.
create function ops.tell(
  operation text, schema_name text, table_name text, topics text[], records jsonb[], old_records jsonb[]
) returns void
language plpgsql
set search_path = ''
set enable_seqscan = off -- a plan that is kept was perhaps made when there were few rows
as $$
#variable_conflict use_column
declare
  v_change public.topic_changes;
begin
  for v_change in
    insert into public.topic_changes
      (row_key, topic, schema_name, table_name, row_id, operation, record, old_record, previous)
    select t.row_key, t.topic, tell.schema_name, tell.table_name, t.row_id, tell.operation,
      case when t.fits or t.record is null then t.record else jsonb_build_object('id', t.row_id) end,
      case when t.fits or t.old_record is null then t.old_record else jsonb_build_object('id', t.row_id) end,
      -- A change of the same row waited for the one before to commit: it is seen here.
      (
        select c.sequence
        from public.topic_changes c
        where c.row_key = t.row_key
        order by c.sequence desc
        limit 1
      )
    from (
      select u.topic, u.record, u.old_record, u.place, r.row_id,
        hashtextextended(concat_ws('/', u.topic, tell.table_name, r.row_id), 0) as row_key,
        -- Hosted Realtime refuses messages over 256 KB.
        octet_length(concat(u.record, u.old_record)) <= 200000 as fits
      from unnest(tell.topics, tell.records, tell.old_records) with ordinality as u (topic, record, old_record, place)
      cross join lateral (select coalesce(u.record, u.old_record) ->> 'id' as row_id) r
    ) t
    order by t.place
    returning *
  loop
    -- As realtime.broadcast_changes words it, and where the change stands among others.
    perform realtime.send(
      jsonb_build_object('old_record', v_change.old_record, 'record', v_change.record, 'operation', v_change.operation,
        'table', v_change.table_name, 'schema', v_change.schema_name, 'sequence', v_change.sequence,
        'previous', v_change.previous, 'transaction', v_change.written_by::text::bigint),
      v_change.operation, v_change.topic
    );
  end loop;
end
$$;
comment on function ops.tell(text, text, text, text[], jsonb[], jsonb[]) is
  'Broadcasts changes of a table''s rows to private topics (topics[i] gets records[i] and old_records[i]), and keeps '
  'them in public.topic_changes. Event INSERT, UPDATE or DELETE, payload {operation, table, schema, record, '
  'old_record, sequence, previous, transaction}. Of a change over 200 KB only the id.';
