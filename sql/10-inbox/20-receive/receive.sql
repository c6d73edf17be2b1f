-- The one door for events. Order of locks: events by key, then what their facts are about by key, then rows
-- (payment, checkout, order, stock by id). Concurrent calls queue; they do not deadlock.
create function inbox.receive(events jsonb)
returns table (id uuid, provider text, provider_event_id text, status inbox.event_status, duplicate boolean, error text)
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  v_new uuid[];
  v_event inbox.events;
  v_given record;
  v_seen uuid[] := '{}';
begin
  if jsonb_typeof(events) is distinct from 'array' then
    raise exception 'inbox.receive takes a list of events' using errcode = '22023', hint = 'Wrap a single event in [ ].';
  end if;

  with given as (
    select g.provider, g.provider_event_id, g.type, g.subject, g.trust, g.occurred_at, g.body, g.confirmation, g.headers, g.position,
      case when jsonb_typeof(g.facts) = 'array' then g.facts end as facts,
      case when jsonb_typeof(g.facts) <> 'array' then 'Its facts are no list.' else g.error end as error
    from rows from (
      jsonb_to_recordset(events) as (
        provider text, provider_event_id text, type text, subject text, trust inbox.event_trust,
        occurred_at timestamptz, body text, confirmation text, headers jsonb, facts jsonb, error text
      )
    ) with ordinality as g (provider, provider_event_id, type, subject, trust, occurred_at, body, confirmation, headers, facts, error, position)
  ), stored as (
    insert into inbox.events (provider, provider_event_id, type, subject, trust, occurred_at, body, confirmation, headers, facts, status, applied_at, error, next_attempt_at)
    select g.provider, g.provider_event_id, g.type, g.subject, g.trust, g.occurred_at, g.body, g.confirmation, coalesce(g.headers, '{}'), g.facts,
      o.status, case when o.status = 'applied' then now() end,
      case when o.status = 'failed' then coalesce(g.error, 'It could not be read.') end,
      case when o.status = 'failed' or g.trust = 'unconfirmed' then now() + inbox.retry_delay(1) end
    from given g
    cross join lateral (
      select case
        when g.facts is null then 'failed'
        when g.trust = 'unconfirmed' or jsonb_array_length(g.facts) = 0 then 'ignored'
        else 'applied'
      end::inbox.event_status as status
    ) o
    order by g.provider, g.provider_event_id, g.position
    on conflict on constraint an_event_is_received_once do nothing
    returning events.id
  )
  select coalesce(array_agg(s.id), '{}') into v_new from stored s;

  if cardinality(v_new) < jsonb_array_length(events) then
    perform 1
    from inbox.events e
    where (e.provider, e.provider_event_id) in (select g.value ->> 'provider', g.value ->> 'provider_event_id' from jsonb_array_elements(events) g)
    order by e.provider, e.provider_event_id
    for update;
  end if;
  perform inbox.lock_keys(events);

  for v_given in select g.value from jsonb_array_elements(events) with ordinality as g order by g.ordinality loop
    select e.* into v_event
    from inbox.events e
    where e.provider = v_given.value ->> 'provider' and e.provider_event_id = v_given.value ->> 'provider_event_id';
    id := v_event.id;
    provider := v_event.provider;
    provider_event_id := v_event.provider_event_id;
    duplicate := not (v_event.id = any (v_new)) or v_event.id = any (v_seen);
    if not duplicate then
      v_seen := v_seen || v_event.id;
      perform outbox.forward_event(v_event);
      status := inbox.settle(v_event, false);
    elsif v_event.trust = 'unconfirmed' and v_given.value ->> 'trust' <> 'unconfirmed' then
      -- Nobody vouched for what came first: what the provider confirms is the event.
      update inbox.events e
      set type = v_given.value ->> 'type',
          subject = v_given.value ->> 'subject',
          trust = (v_given.value ->> 'trust')::inbox.event_trust,
          occurred_at = (v_given.value ->> 'occurred_at')::timestamptz,
          body = v_given.value ->> 'body',
          confirmation = v_given.value ->> 'confirmation',
          -- Asking about it used up none of the tries to apply it, or to read it.
          attempts = 1,
          next_attempt_at = case when jsonb_typeof(v_given.value -> 'facts') is distinct from 'array' then now() + inbox.retry_delay(1) end,
          headers = coalesce(v_given.value -> 'headers', '{}'),
          facts = case when jsonb_typeof(v_given.value -> 'facts') = 'array' then v_given.value -> 'facts' end,
          error = v_given.value ->> 'error'
      where e.id = v_event.id
      returning e.* into v_event;
      perform outbox.forward_event(v_event);
      status := inbox.settle(v_event, false);
    elsif v_event.status in ('failed', 'dead', 'parked') and v_given.value ->> 'trust' <> 'unconfirmed' then
      -- It came again before it was settled: take today's reading of it, and try now rather than later.
      if jsonb_typeof(v_given.value -> 'facts') = 'array' then
        update inbox.events e set facts = v_given.value -> 'facts' where e.id = v_event.id returning e.* into v_event;
      else
        -- Today it cannot be read: the earlier reading is tried, whose locks are not held yet.
        perform inbox.lock_keys(jsonb_build_array(jsonb_build_object('provider', v_event.provider, 'facts', v_event.facts)));
      end if;
      status := inbox.settle(v_event, false);
    else
      status := v_event.status;
    end if;
    error := case when status in ('failed', 'dead', 'parked') then (select e.error from inbox.events e where e.id = v_event.id) end;
    return next;
  end loop;
end
$$;
comment on function inbox.receive(jsonb) is
  'Takes one or many events ([{provider, provider_event_id, type, subject, trust, occurred_at, body, confirmation, headers, facts, error}]), archives each, drops duplicates, applies the new ones and writes the outbox, in one transaction. When it returns, they are durable. facts null means that reading it threw; error says what.';
