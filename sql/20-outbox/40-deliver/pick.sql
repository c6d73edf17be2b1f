-- Called by outbox.claim alone. The settings of outbox.claim make every query here a walk along one index: the cost of
-- a claim must not grow with the queue, nor depend on statistics.
create function outbox.pick(
  destination text, at_most integer, lanes integer[], lease interval, newest boolean default false,
  already_picked bigint[] default '{}'
) returns bigint[]
language plpgsql
set search_path = ''
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_lane integer;
  v_due bigint[];
  v_keys text[];
  v_window integer;
  v_ready bigint[];
  v_held bigint[];
  v_until timestamptz[];
  v_picked bigint[] := '{}';
begin
  foreach v_lane in array lanes loop
    -- In rounds: a window full of deliveries that wait for their record is put off, and the next window is read.
    for v_round in 1..20 loop
      exit when cardinality(v_picked) >= at_most;
      if newest then
        -- Should these all be of one record, the oldest are taken instead (outbox.claim).
        v_window := 50;
        select array_agg(w.id), array_agg(w.record_key) into v_due, v_keys
        from (
          select x.id, x.record_key
          from outbox.deliveries x
          where x.destination = pick.destination and x.lane = v_lane and x.status = 'pending'
            and x.next_attempt_at <= v_now
          order by x.next_attempt_at desc, x.id desc
          limit v_window
          for update skip locked
        ) w;
      else
        v_window := at_most - cardinality(v_picked) + cardinality(already_picked);
        select array_agg(w.id), array_agg(w.record_key) into v_due, v_keys
        from (
          select x.id, x.record_key
          from outbox.deliveries x
          where x.destination = pick.destination and x.lane = v_lane and x.status = 'pending'
            and x.next_attempt_at <= v_now
            and x.id <> all (v_picked)
          order by x.next_attempt_at, x.id
          limit v_window
          for update skip locked
        ) w;
      end if;
      exit when v_due is null;

      -- Ready is the first unsettled delivery of a record: one probe of deliveries_in_order each. Compared as a row and
      -- sorted by all of it, for only that index has this order; the first row at or after the key is of the record.
      v_ready := array(
        select d.id
        from unnest(v_due, v_keys) with ordinality as d (id, record_key, place)
        where d.id = (
          select earlier.id
          from outbox.deliveries earlier
          where (earlier.destination, earlier.record_key, earlier.id) >= (pick.destination, d.record_key, 0::bigint)
            and earlier.status in ('pending', 'sending')
          order by earlier.destination, earlier.record_key, earlier.id
          limit 1
        )
        order by d.place
      );
      if cardinality(v_ready) < cardinality(v_due) then
        -- The others must not look due, or couriers would never end their runs and each claim would read them again.
        -- outbox.release_next brings the next one forward when the first of its record is settled. Whoever settles that
        -- one waits for this lock, and then finds what was put off; where it is being settled right now, nothing is.
        select array_agg(d.id), array_agg(greatest(v_now + lease, held.next_attempt_at)) into v_held, v_until
        from unnest(v_due, v_keys) as d (id, record_key)
        cross join lateral (
          select earlier.id
          from outbox.deliveries earlier
          where (earlier.destination, earlier.record_key, earlier.id) >= (pick.destination, d.record_key, 0::bigint)
            and earlier.status in ('pending', 'sending')
          order by earlier.destination, earlier.record_key, earlier.id
          limit 1
        ) first
        cross join lateral (
          select f.next_attempt_at
          from outbox.deliveries f
          where f.id = first.id and f.status in ('pending', 'sending')
          for share skip locked
        ) held
        where d.id <> all (v_ready) and d.id <> first.id;
        -- By a list of ids: a join with it might read the whole table, where that was small when this was planned.
        update outbox.deliveries x
        set next_attempt_at = v_until[array_position(v_held, x.id)]
        where x.id = any (v_held);
      end if;
      v_picked := v_picked || array(
        select r.id
        from unnest(v_ready) with ordinality as r (id, place)
        where r.id <> all (already_picked)
        order by r.place
        limit at_most - cardinality(v_picked)
      );
      exit when newest or cardinality(v_due) < v_window;
    end loop;
  end loop;
  return v_picked;
end
$$;
comment on function outbox.pick(text, integer, integer[], interval, boolean, bigint[]) is
  'The part of outbox.claim that reads the queue: locks and returns at most this many due deliveries of these lanes, '
  'each the first of its record, and not among already_picked; the longest due first, or the newest. Others of a '
  'record are put off: for the lease, or until its first one is due.';
