create function outbox.claim(courier uuid, at_most integer)
returns table (
  delivery_id bigint, attempt integer, message_id uuid, type text, destination text, adapter text, url text, timeout_ms integer,
  provider text, body text
)
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_destination outbox.destinations;
  v_tokens numeric;
  v_room integer;
  v_claimed integer;
  v_now timestamptz := clock_timestamp();
begin
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
    where x.destination = v_destination.name and x.status = 'sending' and x.lease_until < v_now;

    v_tokens := least(
      greatest(v_destination.max_per_second, 1),
      v_destination.tokens + v_destination.max_per_second * date_part('epoch', v_now - v_destination.tokens_at)::numeric
    );
    select least(
      claim.at_most,
      floor(v_tokens)::integer,
      v_destination.max_in_flight - count(*)::integer
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
          and not exists (
            select 1 from outbox.deliveries earlier
            where earlier.destination = x.destination
              and earlier.record_key = x.record_key
              and earlier.id < x.id
              and earlier.status in ('pending', 'sending')
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
        e.provider, coalesce(m.payload, e.body)
      from taken t
      join outbox.messages m on m.id = t.message_id
      left join inbox.events e on e.id = m.event_id and m.payload is null
      order by t.id;
    get diagnostics v_claimed = row_count;

    if v_claimed < v_room then
      -- What is left waits behind its record's earlier delivery, and as long as that: it must not look due meanwhile,
      -- or couriers would never rest. outbox.record brings it forward.
      update outbox.deliveries x
      set next_attempt_at = earlier.next_attempt_at
      from outbox.deliveries earlier
      where x.destination = v_destination.name
        and x.status = 'pending'
        and x.next_attempt_at <= v_now
        and earlier.destination = x.destination
        and earlier.record_key = x.record_key
        and earlier.id < x.id
        and earlier.status = 'pending'
        and earlier.next_attempt_at > v_now;
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
