create function outbox.release_next(destinations text[], settled bigint[]) returns void
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
-- As in outbox.claim: one probe of deliveries_in_order for each record, whatever the statistics are.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set enable_incremental_sort = off
as $$
begin
  update outbox.deliveries d
  set next_attempt_at = d.created_at -- its old place in the queue
  from (
    select distinct s.destination, s.record_key
    from outbox.deliveries s
    where s.id = any (settled) and s.destination = any (destinations)
  ) k
  cross join lateral (
    -- The first at or after the record's key, as in outbox.pick: of another record, where none of this one waits.
    select x.id, x.destination, x.record_key
    from outbox.deliveries x
    where (x.destination, x.record_key, x.id) >= (k.destination, k.record_key, 0::bigint)
      and x.status in ('pending', 'sending')
    order by x.destination, x.record_key, x.id
    limit 1
  ) first
  cross join lateral (
    -- A delivery that a change is replacing right now (latest_only) needs no release.
    select x.id from outbox.deliveries x
    where x.id = first.id and first.destination = k.destination and first.record_key = k.record_key
      and x.next_attempt_at > clock_timestamp()
      and x.attempts = x.attempts_before -- not a failed one that waits for its own retry
    for no key update skip locked
  ) waiting
  where d.id = waiting.id;
end
$$;
comment on function outbox.release_next(text[], bigint[]) is
  'After deliveries were settled: makes the next deliveries of their records due now, which waited behind them '
  '(outbox.claim).';
