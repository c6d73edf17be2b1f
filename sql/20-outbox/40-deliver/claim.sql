create function outbox.claim(courier uuid, at_most integer)
returns table (
  delivery_id bigint, attempt integer, message_id uuid, type text, destination text, adapter text, url text, timeout_ms integer,
  provider text, body text, replay_id bigint
)
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
-- In the order of deliveries_due until the limit, whatever the statistics of a queue that fills and empties say: the cost must not
-- grow with what waits.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
  v_destination outbox.destinations;
  v_tokens numeric;
  v_room integer;
  v_claimed integer;
  v_rate numeric;
  v_now timestamptz := clock_timestamp();
begin
  -- A claim that a crash of the server forgets is claimed again: a second sending, under the same id, at worst.
  perform set_config('synchronous_commit', 'off', true);
  update outbox.couriers c set awake_until = v_now + interval '5 seconds', ended_at = null where c.id = claim.courier;

  for v_destination in
    select d.* from outbox.destinations d
    where d.name in (select outbox.due())
    order by d.name
    for no key update skip locked -- another courier is claiming for it this very moment
  loop
    update outbox.deliveries x
    -- By the schedule: one that ends its courier each time must not do so for ever.
    set status = case when outbox.retry_delay(x.attempts - x.attempts_before) is null then 'dead' else 'pending' end::outbox.delivery_status,
        settled_at = case when outbox.retry_delay(x.attempts - x.attempts_before) is null then v_now end,
        next_attempt_at = coalesce(x.lease_until + outbox.retry_delay(x.attempts - x.attempts_before), x.next_attempt_at),
        lease_until = null,
        courier = null,
        last_error = 'The courier that had it ended without a word; it may or may not have arrived.'
    where x.id in (
      select y.id from outbox.deliveries y
      where y.destination = v_destination.name and y.status = 'sending' and y.lease_until < v_now
      for no key update skip locked -- whoever holds it is just recording it
    );

    v_rate := outbox.rate_of(v_destination);
    v_tokens := least(
      greatest(v_rate, 1),
      v_destination.tokens + v_rate * date_part('epoch', v_now - v_destination.tokens_at)::numeric
    );
    select least(
      claim.at_most,
      floor(v_tokens)::integer,
      -- An open breaker lets a single probe through.
      case when v_destination.opened_at is null then v_destination.max_in_flight else 1 end - count(*)::integer
    ) into v_room
    from outbox.deliveries x
    where x.destination = v_destination.name and x.status = 'sending';
    continue when v_room <= 0;

    return query
      with chosen as (
        select x.id
        from outbox.deliveries x
        where x.destination = v_destination.name
          and x.status = 'pending'
          and x.next_attempt_at <= v_now
          -- The first of its record that is unsettled. A subquery, not a join: it is always one probe of deliveries_in_order.
          and x.id = (
            select earlier.id
            from outbox.deliveries earlier
            where earlier.destination = x.destination and earlier.record_key = x.record_key and earlier.status in ('pending', 'sending')
            order by earlier.id
            limit 1
          )
        order by x.next_attempt_at, x.id
        limit v_room
        for update skip locked
      ), taken as (
        update outbox.deliveries x
        set status = 'sending',
            attempts = x.attempts + 1,
            courier = claim.courier,
            lease_until = v_now + make_interval(secs => v_destination.timeout_ms / 1000.0 + 30)
        from chosen
        where x.id = chosen.id
        returning x.id, x.attempts, x.message_id
      )
      select t.id, t.attempts, m.id, m.type, v_destination.name, v_destination.adapter, v_destination.url, v_destination.timeout_ms,
        e.provider,
        case
          when m.payload is null then e.body
          when v_destination.receipts then outbox.with_receipt(m.payload, t.id)
          else m.payload
        end,
        m.replay_id
      from taken t
      join outbox.messages m on m.id = t.message_id
      left join inbox.events e on e.id = m.event_id and m.payload is null
      order by t.id;
    get diagnostics v_claimed = row_count;

    if v_claimed < v_room then
      -- What is left waits behind its record's earlier delivery, and as long as that: it must not look due meanwhile,
      -- or couriers would never rest. outbox.record brings it forward.
      update outbox.deliveries x
      set next_attempt_at = blocked.until
      from (
        select y.id, earlier.next_attempt_at as until
        from outbox.deliveries y
        join outbox.deliveries earlier
          on earlier.destination = y.destination and earlier.record_key = y.record_key and earlier.id < y.id
        where y.destination = v_destination.name
          and y.status = 'pending'
          and y.next_attempt_at <= v_now
          and earlier.status = 'pending'
          and earlier.next_attempt_at > v_now
        for no key update skip locked -- a change that is just calling one off (latest_only) is not waited for: it may wait for us
      ) blocked
      where x.id = blocked.id;
    end if;
    if v_claimed > 0 then
      update outbox.destinations d set tokens = v_tokens - v_claimed, tokens_at = v_now where d.name = v_destination.name;
      update outbox.couriers c set claimed = c.claimed + v_claimed where c.id = claim.courier;
    end if;
  end loop;
end
$$;
comment on function outbox.claim(uuid, integer) is
  'Hands a courier what is due: at most at_most per destination, within its limits of requests in flight and per second, oldest first, never a delivery whose record has an earlier one unsettled. Each is leased for its timeout and 30 s. body: the exact text to send.';
