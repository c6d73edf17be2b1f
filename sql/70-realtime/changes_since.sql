-- Transactions commit in another order than that in which they draw sequences: a reader of "all after the last number
-- I saw" misses what commits late. So a cursor is a snapshot (pg_snapshot): which transactions had ended. What follows
-- it is what the transactions wrote that had not ended then, and have now. Nobody waits for a long transaction, and no
-- change is returned twice.
--
-- A row's changes keep their order: the second waits for the first to commit, and only then draws its sequence. A
-- snapshot that has the second has the first, and within one answer the sequence decides.
--
-- An answer that holds not all of them (more) has a cursor of both snapshots, and the last sequence between them.
create function public.changes_since(topic text, cursor text default null, at_most integer default 500) returns jsonb
language plpgsql stable
security definer -- the state of the feed is in schema ops, which stays closed to the Data API
set search_path = ''
set enable_seqscan = off -- as in ops.tell
as $$
declare
  v_epoch text := ops.feed_epoch();
  v_feed ops.topic_feed;
  v_parts text[];
  v_from pg_snapshot;
  v_until pg_snapshot := pg_current_snapshot();
  v_after bigint := 0;
  v_changes jsonb[] := '{}';
  v_size bigint := 0;
  v_more boolean := false;
  v_one record;
begin
  if changes_since.topic is null or changes_since.topic <> all (ops.my_topics()) then
    raise exception 'topic % is not one that you may read', coalesce(quote_literal(changes_since.topic), '(null)')
      using errcode = '42501',
        hint = 'Yours are user:<your id>, and cohort:<id> of each cohort that you attend or teach.';
  end if;
  if pg_is_in_recovery() then
    raise exception 'a read replica does not know which transactions have ended'
      using errcode = '0A000', hint = 'Ask the primary: call changes_since by POST.';
  end if;

  select f.* into v_feed from ops.topic_feed f;
  if changes_since.cursor is not null then
    v_parts := regexp_match(changes_since.cursor,
      '^([0-9a-f]{8})\.(\d{1,19}:\d{1,19}:[\d,]*)(?:\.(\d{1,19}:\d{1,19}:[\d,]*)\.(\d{1,18}))?$');
    if v_parts is null then
      raise exception 'this is no cursor of changes_since: %', quote_literal(left(changes_since.cursor, 100))
        using errcode = '22023', hint = 'Pass the cursor of the last answer, or null to begin now.';
    end if;
    if v_parts[1] = v_epoch and v_feed.epoch = v_epoch
      and pg_snapshot_xmin(v_parts[2]::pg_snapshot) > v_feed.kept_after
    then
      v_from := v_parts[2];
      v_until := coalesce(v_parts[3]::pg_snapshot, v_until);
      v_after := coalesce(v_parts[4]::bigint, 0);
    end if;
  end if;

  if v_from is not null then
    for v_one in
      select c.sequence, jsonb_build_object('sequence', c.sequence, 'previous', c.previous,
        'transaction', c.written_by::text::bigint, 'operation', c.operation, 'schema', c.schema_name,
        'table', c.table_name, 'record', c.record, 'old_record', c.old_record) as change
      from public.topic_changes c
      where c.topic = changes_since.topic and c.written_by >= pg_snapshot_xmin(v_from)
        and not pg_visible_in_snapshot(c.written_by, v_from) and pg_visible_in_snapshot(c.written_by, v_until)
        and c.sequence > v_after
      order by c.sequence
      limit least(greatest(changes_since.at_most, 1), 1000) + 1
    loop
      v_size := v_size + octet_length(v_one.change::text);
      v_more := cardinality(v_changes) >= least(greatest(changes_since.at_most, 1), 1000)
        or (v_size > 2000000 and v_changes <> '{}'); -- at least one is returned
      exit when v_more;
      v_changes := v_changes || v_one.change;
      v_after := v_one.sequence;
    end loop;
  end if;

  return jsonb_build_object(
    'changes', to_jsonb(v_changes),
    'cursor', case when v_more then concat_ws('.', v_epoch, v_from, v_until, v_after)
      else concat_ws('.', v_epoch, v_until) end,
    'snapshot', v_until,
    'more', v_more,
    'gone', v_from is null and changes_since.cursor is not null
  );
end
$$;
comment on function public.changes_since(text, text, integer) is
  'The changes of a private Realtime topic after a cursor, each once, at most at_most (1 to 1000): {changes, cursor, '
  'snapshot, more, gone}. Without a cursor none, and the cursor from which to go on. more: ask again at once. gone: '
  'changes after this cursor are not kept any more, read the tables again. snapshot: which transactions the cursor has '
  'seen (pg_snapshot), to tell which broadcasts are known. Raises 42501 for a topic of others, 22023 for no cursor of '
  'ours: supabase.rpc("changes_since").';
