-- The only entry for events. Lock order: events by key, then the objects of their facts by key, then rows (payment,
-- checkout, order, stock by id). Concurrent calls queue; they do not deadlock.
create function inbox.receive(events jsonb)
returns table (id uuid, provider text, provider_event_id text, status inbox.event_status, duplicate boolean, error text)
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan -- in the functions it calls, too
as $$
#variable_conflict use_column
declare
  v_new uuid[];
  v_ids uuid[];
  v_together uuid[] := '{}';
  v_all_new boolean;
  v_event inbox.events;
  v_given jsonb;
  v_seen uuid[] := '{}';
begin
  if jsonb_typeof(events) is distinct from 'array' then
    raise exception 'inbox.receive takes a list of events'
      using errcode = '22023', hint = 'Wrap a single event in [ ].';
  end if;

  v_new := inbox.store_events(events);
  perform inbox.lock_keys(events);

  if cardinality(v_new) = 1 and jsonb_array_length(events) = 1 then
    v_ids := v_new;
  else
    select array_agg(e.id order by g.ordinality) into v_ids
    from jsonb_array_elements(events) with ordinality as g
    cross join lateral (
      select e.id from inbox.events e
      where e.provider = g.value ->> 'provider' and e.provider_event_id = g.value ->> 'provider_event_id' offset 0
    ) e;
  end if;
  -- Events that were received before are settled one by one, in the order given: what is forwarded of one subject stays
  -- in order.
  v_all_new := cardinality(v_new) = cardinality(v_ids);
  if v_all_new then
    perform outbox.forward_events(v_ids);
    if cardinality(v_ids) > 1 then
      v_together := inbox.apply_together(v_ids);
    end if;
  end if;

  for i in 1 .. coalesce(cardinality(v_ids), 0) loop
    select e.* into v_event from inbox.events e where e.id = v_ids[i];
    id := v_event.id;
    provider := v_event.provider;
    provider_event_id := v_event.provider_event_id;
    v_given := events -> i - 1;
    duplicate := not (v_event.id = any (v_new)) or v_event.id = any (v_seen);
    if not duplicate then
      v_seen := v_seen || v_event.id;
      if not v_all_new then
        perform outbox.forward_event(v_event);
      end if;
      status := case when v_event.id = any (v_together) then 'applied' else inbox.settle(v_event, false) end;
    elsif inbox.is_replaced_by(v_event, v_given) then
      status := inbox.replace_unconfirmed(v_event, v_given);
    elsif v_event.status in ('failed', 'dead', 'parked') and v_given ->> 'trust' <> 'unconfirmed' then
      status := inbox.apply_new_reading(v_event, v_given);
    else
      status := v_event.status;
    end if;
    error := case
      when status in ('failed', 'dead', 'parked') then (select e.error from inbox.events e where e.id = v_event.id)
    end;
    return next;
  end loop;
end
$$;
comment on function inbox.receive(jsonb) is
  'Receives one or many events ([{provider, provider_event_id, type, subject, trust, occurred_at, body, confirmation, '
  'headers, facts, error, account, livemode, not_ours}]): archives each, drops duplicates, applies the new ones and '
  'writes the outbox, in one transaction. When it returns, they are durable. facts null: reading the event raised an '
  'error, given in error. not_ours: why it must not be applied.';
