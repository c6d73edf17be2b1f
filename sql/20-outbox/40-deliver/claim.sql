create function outbox.claim(courier uuid, at_most integer, max_bytes bigint default null)
returns table (
  delivery_id bigint, attempt integer, message_id uuid, type text, destination text, adapter text, url text,
  timeout_ms integer,
  provider text, body text, replay_id bigint
)
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
-- In the order of deliveries_due up to the limit, whatever the statistics of a queue that fills and empties are: the
-- cost must not grow with the queue.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_sort = off
set enable_incremental_sort = off
as $$
#variable_conflict use_column
declare
  v_due text[];
  v_destination outbox.destinations;
  v_tokens numeric;
  v_room integer;
  v_claimed integer;
  v_chosen bigint[];
  v_lease interval;
  v_lost bigint[];
  v_died bigint[];
  v_bytes bigint;
  v_left bigint := max_bytes;
  v_rate numeric;
  v_now timestamptz := clock_timestamp();
  -- For a courier that holds nothing, in bytes.
  v_budget constant bigint := 8000000;
begin
  -- A claim lost in a crash of the server is claimed again: at worst a second sending, under the same id.
  perform set_config('synchronous_commit', 'off', true);
  -- A courier that waits for work asks many times a second: it is written that it is awake, but not each time.
  update outbox.couriers c set awake_until = v_now + interval '5 seconds', ended_at = null
    where c.id = claim.courier
      and (c.ended_at is not null or c.awake_until not between v_now + interval '4 seconds' and v_now + interval '5
        seconds');
  v_due := array(select outbox.due());
  if v_due = '{}' then
    return;
  end if;

  for v_destination in
    select d.* from outbox.destinations d
    where d.name = any (v_due)
    order by d.name
    for no key update skip locked -- another courier is claiming for it right now
  loop
    v_lost := array(
      select x.id from outbox.deliveries x
      where x.destination = v_destination.name and x.status = 'sending' and x.lease_until < v_now
      order by x.lease_until
      for no key update skip locked -- its holder is recording it right now
    );
    if v_lost <> '{}' then
      with lost as (
        update outbox.deliveries x
        -- By the schedule: a delivery that ends its courier each time must not be retried for ever.
        set (status, settled_at, next_attempt_at) = (
              select case when w.delay is null then 'dead' else 'pending' end::outbox.delivery_status,
                case when w.delay is null then v_now end,
                coalesce(x.lease_until + w.delay, x.next_attempt_at)
              from (select outbox.retry_delay(x.attempts - x.attempts_before) as delay) w
            ),
            lease_until = null,
            courier = null,
            last_error = 'The courier that held it ended without a result; it may or may not have been delivered.'
        where x.id = any (v_lost)
        returning x.id, x.status
      )
      select array_agg(l.id) into v_died from lost l where l.status = 'dead';
      if v_died is not null then
        perform outbox.release_next(array[v_destination.name], v_died);
      end if;
    end if;

    v_rate := outbox.rate_of(v_destination);
    v_tokens := least(
      greatest(v_rate, 1),
      -- The clock may step back: then no time has passed.
      v_destination.tokens + v_rate * greatest(date_part('epoch', v_now - v_destination.tokens_at), 0)::numeric
    );
    v_lease := make_interval(secs => v_destination.timeout_ms / 1000.0 + 30);
    select least(
      claim.at_most,
      floor(v_tokens)::integer,
      -- An open breaker lets a single probe through.
      case when v_destination.opened_at is null then v_destination.max_in_flight else 1 end - count(*)::integer
    ) into v_room
    from (
      -- In the order of deliveries_leased, which has these alone.
      select x.id from outbox.deliveries x
      where x.destination = v_destination.name and x.status = 'sending'
      order by x.lease_until
    ) x;
    if v_room <= 0 then
      if v_destination.tokens_at > v_now then
        update outbox.destinations d set tokens_at = v_now where d.name = v_destination.name;
      end if;
      continue;
    end if;

    if v_destination.opened_at is not null then
      -- A delivery without an attempt says more about the destination than one that failed before: the newest and the
      -- oldest of them in turn, so that failing messages at one end do not keep the breaker open.
      v_chosen := outbox.pick(
        v_destination.name, 1, '{0,2,4}', v_lease, (v_destination.failures - v_destination.breaker_after) % 2 = 0
      );
      if cardinality(v_chosen) = 0 then
        v_chosen := outbox.pick(v_destination.name, 1, '{0,2,4}', v_lease);
      end if;
      if cardinality(v_chosen) = 0 then
        v_chosen := outbox.pick(v_destination.name, 1, '{1,3,5}', v_lease);
      end if;
    else
      -- Deliveries that failed before get a quarter of the room while untried ones wait, and all the room that is left.
      v_chosen := outbox.pick(v_destination.name, floor(v_room * 0.25 + random())::integer, '{1,3,5}', v_lease);
      if v_destination.failures > 0 and v_room > 1 then
        -- In trouble: half of the claim is from the other end of the queue, because the oldest may all be failing ones.
        v_chosen := v_chosen || outbox.pick(
          v_destination.name, (v_room - cardinality(v_chosen) + 1) / 2, '{0,2,4}', v_lease, newest => true
        );
      end if;
      v_chosen := v_chosen || outbox.pick(v_destination.name, v_room - cardinality(v_chosen), '{0,2,4}', v_lease,
        already_picked => v_chosen);
      v_chosen := v_chosen || outbox.pick(v_destination.name, v_room - cardinality(v_chosen), '{1,3,5}', v_lease,
        already_picked => v_chosen);
    end if;
    if cardinality(v_chosen) = 0 then
      continue;
    end if;
    -- Memory is bounded before it is used: a claim is no larger than what the courier may hold, and at least one
    -- delivery when it holds nothing.
    select array_agg(c.id order by c.place), max(c.total) into v_chosen, v_bytes
    from (
      select x.id, x.place, sum(octet_length(coalesce(m.payload, e.body))) over (order by x.place) as total
      from unnest(v_chosen) with ordinality as x (id, place)
      -- offset 0: one probe for each, and never the whole of a table that was small when this was planned.
      cross join lateral (select d.message_id from outbox.deliveries d where d.id = x.id offset 0) d
      cross join lateral (
        select m.payload, m.event_id from outbox.messages m where m.id = d.message_id offset 0
      ) m
      left join lateral (
        select e.body from inbox.events e where e.id = m.event_id and m.payload is null offset 0
      ) e on true
    ) c
    where c.total <= coalesce(v_left, v_budget) or (v_left is null and c.place = 1);
    if v_chosen is null then
      continue;
    end if;
    v_left := coalesce(v_left, v_budget) - v_bytes;

    return query
      with taken as (
        update outbox.deliveries x
        set status = 'sending',
            attempts = x.attempts + 1,
            -- The last one did not fail: there was none, or it was postponed.
            attempts_before = case when x.last_error is null then x.attempts else x.attempts_before end,
            courier = claim.courier,
            lease_until = v_now + v_lease
        where x.id = any (v_chosen)
        returning x.id, x.attempts, x.message_id
      )
      select t.id, t.attempts, m.id, m.type, v_destination.name, v_destination.adapter, v_destination.url,
        v_destination.timeout_ms,
        e.provider,
        case
          when m.payload is null then e.body
          when v_destination.receipts then outbox.with_receipt(m.payload, t.id)
          else m.payload
        end,
        m.replay_id
      from taken t
      cross join lateral (select m.* from outbox.messages m where m.id = t.message_id offset 0) m
      left join lateral (
        select e.provider, e.body from inbox.events e where e.id = m.event_id and m.payload is null offset 0
      ) e on true
      order by t.id;
    get diagnostics v_claimed = row_count;

    if v_claimed > 0 then
      update outbox.destinations d set tokens = v_tokens - v_claimed, tokens_at = v_now
        where d.name = v_destination.name;
      update outbox.couriers c set claimed = c.claimed + v_claimed where c.id = claim.courier;
    end if;
  end loop;
end
$$;
comment on function outbox.claim(uuid, integer, bigint) is
  'Hands a courier its due deliveries: at most at_most per destination, within its limits of requests in flight and '
  'per second, oldest first, never one that follows an unsettled delivery of its record. Each is leased for its '
  'timeout and 30 s. max_bytes: how much text the courier may still hold; null: it holds none, and gets at least one '
  'delivery. body: the exact text to send.';
