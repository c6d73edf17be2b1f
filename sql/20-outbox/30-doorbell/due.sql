-- Destinations in Postgres' own order of names, each with a delivery that a courier could claim now. One index probe
-- per lane: as subqueries the times are limits of the index scan, and one index alone has the order, so that what waits
-- for its next attempt is not read, whatever the statistics are.
create function outbox.due() returns setof text
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set enable_incremental_sort = off
as $$
begin
  return query
  select d.name
  from outbox.destinations d
  where d.paused_at is null
    and (d.held_until is null or d.held_until <= clock_timestamp())
    and (
      exists (
        select 1
        from generate_series(0, 5) as l (lane)
        where (
          select x.next_attempt_at from outbox.deliveries x
          where x.destination = d.name and x.lane = l.lane and x.status = 'pending'
            and x.next_attempt_at <= (select clock_timestamp())
          order by x.next_attempt_at
          limit 1
        ) is not null
      )
      or (
        select x.lease_until from outbox.deliveries x
        where x.destination = d.name and x.status = 'sending' and x.lease_until < (select clock_timestamp())
        order by x.lease_until
        limit 1
      ) is not null
    )
  order by d.name;
end
$$;
comment on function outbox.due() is 'The destinations that have a delivery due, or one held by a dead courier.';
