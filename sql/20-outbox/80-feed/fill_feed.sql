-- Transactions commit in another order than that in which they draw numbers: a reader of "all after the last number I
-- saw" misses what commits late. So a message gets its position in the feed when it is first seen, once.
--
-- Nothing is missed: every delivery carries its transaction's id (written_by). Those of transactions that had ended
-- when the feed was last filled (before seen_until) are in it; all others are checked again, and those already in it
-- are left out. A long transaction makes this check more rows, never miss one.
--
-- A record's messages keep their order: of two changes of one row, the second waits for the first to commit, and only
-- then draws its sequence. A run that sees the second sees the first, or an earlier run did, and within one run the
-- sequence decides.
--
-- A dump restored to another server holds transaction ids that mean nothing there: then all rows are checked once.
create function outbox.fill_feed(destination text, at_most integer default 20000) returns outbox.readers
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_reader outbox.readers;
  v_seen_until xid8;
  v_found integer;
begin
  insert into outbox.readers (destination) values (fill_feed.destination) on conflict do nothing;
  select r.* into v_reader from outbox.readers r where r.destination = fill_feed.destination for update;
  if v_reader.server_started_at <> pg_postmaster_start_time() then
    v_reader.seen_until := '0';
  end if;
  -- Before the search, which has a later snapshot: it sees everything that had ended by now.
  v_seen_until := pg_snapshot_xmin(pg_current_snapshot());

  insert into outbox.feed (destination, position, delivery_id)
  select fill_feed.destination, v_reader.position + row_number() over (order by m.sequence, d.id), d.id
  from outbox.deliveries d
  join outbox.messages m on m.id = d.message_id
  where d.destination = fill_feed.destination
    and d.written_by >= v_reader.seen_until
    and not exists (select 1 from outbox.feed f where f.delivery_id = d.id)
  order by m.sequence, d.id
  limit fill_feed.at_most;
  get diagnostics v_found = row_count;

  -- There may be more than at_most (the first time): then the next search begins where this one did.
  if v_found = fill_feed.at_most then
    v_seen_until := v_reader.seen_until;
  end if;
  update outbox.readers r
  set position = r.position + v_found, seen_until = v_seen_until, server_started_at = pg_postmaster_start_time()
  where r.destination = fill_feed.destination
  returning r.* into v_reader;
  return v_reader;
end
$$;
comment on function outbox.fill_feed(text, integer) is
  'Gives committed messages of a destination their position in the feed, at most this many; holds the reader''s lock '
  'until the transaction ends.';
