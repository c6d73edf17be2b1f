-- sql/00-base/00-extensions.sql

create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_net with schema extensions;
create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists supabase_vault with schema vault;

-- sql/00-base/01-ops.sql

create schema ops;
comment on schema ops is 'What admins and operators use: overviews, repairs, and the small helpers every other schema shares.';

-- sql/00-base/10-uuid7.sql

-- Time-ordered ids keep the indexes of growing tables dense and make "newest first" a sort by id (RFC 9562, version 7).
-- Postgres 18 has this built in; hosted Supabase runs 15 and 17. plpgsql, as a SQL function would be planned at every call.
create function ops.uuid7() returns uuid
language plpgsql volatile parallel safe
set search_path = ''
as $$
declare
  v_milliseconds bigint := date_part('epoch', clock_timestamp()) * 1000;
begin
  return encode(
    set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing substring(int8send(v_milliseconds) from 3) from 1 for 6), 52, 1), 53, 1),
    'hex'
  )::uuid;
end
$$;
comment on function ops.uuid7() is 'A new time-ordered uuid (version 7).';

-- sql/00-base/11-touch_updated_at.sql

create function ops.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function ops.touch_updated_at() is 'Trigger: keeps updated_at true, whoever writes the row.';

-- sql/00-base/12-iso_utc.sql

create function ops.iso_utc(moment timestamptz) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
end
$$;
comment on function ops.iso_utc(timestamptz) is 'A moment as ISO 8601 in UTC with milliseconds, the way messages carry it.';

-- sql/10-inbox/00-schema.sql

create schema inbox;
comment on schema inbox is 'Webhooks as they came: archived, deduplicated, applied to the business in one transaction.';

-- sql/10-inbox/01-types.sql

create type inbox.event_status as enum ('applied', 'ignored', 'parked', 'failed', 'dead');
comment on type inbox.event_status is
  'applied: its facts are in the business tables. ignored: it holds no fact. parked: it refers to something not here yet. failed: authentic, but reading or applying it threw; retried. dead: gave up; a person decides.';

create type inbox.event_trust as enum ('signed', 'confirmed', 'unconfirmed');
comment on type inbox.event_trust is
  'signed: its signature was right. confirmed: the provider''s API said so. unconfirmed: kept, never applied.';

-- sql/10-inbox/10-events.sql

create table inbox.events (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  type text not null,
  status inbox.event_status not null,
  trust inbox.event_trust not null,
  occurred_at timestamptz,
  received_at timestamptz not null default now(),
  applied_at timestamptz,
  attempts integer not null default 1,
  next_attempt_at timestamptz,
  error text,
  waiting_for text,
  provider_event_id text not null,
  subject text,
  body text not null,
  headers jsonb not null default '{}',
  facts jsonb,

  constraint an_event_is_received_once unique (provider, provider_event_id),
  constraint a_parked_event_says_what_it_waits_for check ((status = 'parked') = (waiting_for is not null)),
  constraint a_failed_event_says_why check (status not in ('failed', 'dead') or error is not null),
  constraint an_applied_event_says_when check ((status = 'applied') = (applied_at is not null)),
  constraint an_unconfirmed_event_is_not_applied check (not (trust = 'unconfirmed' and status = 'applied')),
  constraint facts_are_a_list check (facts is null or jsonb_typeof(facts) = 'array')
);

create index events_waiting on inbox.events (waiting_for) where status = 'parked';
create index events_to_retry on inbox.events (next_attempt_at) where status in ('parked', 'failed');
create index events_by_time on inbox.events (received_at);

alter table inbox.events enable row level security;

comment on table inbox.events is 'Every authentic webhook, archived byte for byte, and what became of it. One row per (provider, provider_event_id), however often it came.';
comment on column inbox.events.type is 'The provider''s name for what happened.';
comment on column inbox.events.occurred_at is 'When it happened by the provider''s clock.';
comment on column inbox.events.attempts is 'How often applying it was tried.';
comment on column inbox.events.next_attempt_at is 'When a parked or failed event is tried again (inbox.retry_due, by cron).';
comment on column inbox.events.error is 'Why it failed, or what it is parked for, in words.';
comment on column inbox.events.waiting_for is 'The key of what it refers to and is not here yet; applied when that lands.';
comment on column inbox.events.provider_event_id is 'The provider''s id of the event: the key by which duplicates are dropped.';
comment on column inbox.events.subject is 'The provider''s id of the object it is about. Events of one subject are forwarded in the order they came.';
comment on column inbox.events.body is 'The raw body, byte for byte: forwarding re-signs exactly this text.';
comment on column inbox.events.headers is 'Request headers worth keeping. None that holds a secret.';
comment on column inbox.events.facts is 'What it says in our words (functions/_shared/facts/facts.ts). Null: reading it threw; read again by the courier.';

-- sql/10-inbox/11-rejections.sql

create table inbox.rejections (
  provider text not null,
  reason text not null,
  minute timestamptz not null,
  count integer not null default 1,
  last_at timestamptz not null default now(),
  sample jsonb not null default '{}',

  constraint rejections_are_counted_by_minute primary key (provider, reason, minute),
  constraint a_minute_is_whole check (minute = date_trunc('minute', minute, 'UTC'))
);

alter table inbox.rejections enable row level security;

comment on table inbox.rejections is 'What was turned away and why, counted by minute. No body of an unauthentic request is kept.';
comment on column inbox.rejections.reason is 'The reason code the caller was told.';
comment on column inbox.rejections.sample is 'The latest one: sizes and header names, redacted.';

-- sql/10-inbox/20-park.sql

create function inbox.park(key text, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = 'SB001', message = reason, detail = key;
end
$$;
comment on function inbox.park(text, text) is
  'Called while a fact is applied: it refers to something not here yet. Undoes the event''s effect; the event is parked until `key` lands. Raises SB001, which inbox.try_apply catches.';

-- sql/10-inbox/21-fact_keys.sql

-- What a fact is about. Everything that reads or changes one of these holds its lock, so that two events about one thing
-- queue, and an event that parks cannot miss the one it waits for.
create function inbox.fact_keys(provider text, fact jsonb) returns text[]
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case split_part(fact ->> 'type', '.', 1)
    when 'refund' then array[provider || '/payment/' || (fact ->> 'payment_ref')]
    when 'dispute' then array[provider || '/payment/' || (fact ->> 'payment_ref')]
    when 'payment' then array[provider || '/payment/' || coalesce(fact ->> 'provider_ref', fact ->> 'payment_ref')]
    when 'membership' then
      array_remove(array[
        provider || '/membership/' || (fact ->> 'provider_ref'),
        provider || '/payment/' || (fact ->> 'payment_ref'),
        provider || '/customer/' || (fact ->> 'customer_ref')
      ], null)
    else array[provider || '/' || split_part(fact ->> 'type', '.', 1) || '/' || (fact ->> 'provider_ref')]
  end;
end
$$;
comment on function inbox.fact_keys(text, jsonb) is 'The keys of the things a fact is about, such as stripe/payment/pi_1.';

-- sql/10-inbox/22-apply_fact.sql

create function inbox.apply_fact(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  case fact ->> 'type'
    when 'payment.created', 'payment.pending', 'payment.captured', 'payment.failed', 'payment.cancelled', 'payment.expired' then
      perform commerce.apply_payment(provider, fact);
    when 'payment.refunded' then perform commerce.apply_refunded_total(provider, fact);
    when 'refund.updated' then perform commerce.apply_refund(provider, fact);
    when 'dispute.updated' then perform commerce.apply_dispute(provider, event_id, fact);
    when 'checkout.expired' then perform commerce.apply_checkout_expired(fact);
    when 'customer.updated' then perform commerce.apply_customer(provider, event_id, fact);
    when 'product.updated' then perform commerce.apply_product(provider, event_id, fact);
    when 'membership.updated' then perform community.apply_membership(provider, event_id, fact);
    when 'membership.billed' then perform community.apply_invoice(provider, event_id, fact);
    else
      raise exception 'no rule for a fact of type %', coalesce(fact ->> 'type', '(none)')
        using hint = 'Add a branch to inbox.apply_fact, or deploy the migration that has it.';
  end case;
end
$$;
comment on function inbox.apply_fact(text, text, jsonb) is
  'The switchboard: which rule applies which fact. Every rule may be given any fact in any order, any number of times. event_id is the provider''s id, a tie-break between facts of one moment.';

-- sql/10-inbox/23-try_apply.sql

-- Applies one event's facts in a subtransaction of its own, so that one bad event spoils no other.
create function inbox.try_apply(event inbox.events, out status inbox.event_status, out error text, out waiting_for text)
language plpgsql
set search_path = ''
as $$
declare
  v_fact jsonb;
begin
  if event.facts is null then
    status := 'failed';
    error := coalesce(event.error, 'It could not be read.');
    return;
  end if;
  if event.trust = 'unconfirmed' then
    status := 'ignored';
    error := 'Kept until the provider confirms it.';
    return;
  end if;
  if jsonb_array_length(event.facts) = 0 then
    status := 'ignored';
    return;
  end if;
  begin
    perform set_config('signalbox.event_id', event.id::text, true);
    for v_fact in select f.value from jsonb_array_elements(event.facts) as f loop
      perform inbox.apply_fact(event.provider, event.provider_event_id, v_fact);
    end loop;
    status := 'applied';
  exception
    when sqlstate 'SB001' then
      status := 'parked';
      error := sqlerrm;
      get stacked diagnostics waiting_for = pg_exception_detail;
    when deadlock_detected then
      -- The other one may wait for a lock this whole transaction holds: the caller runs it again, event by event.
      raise;
    when others then
      status := 'failed';
      error := sqlerrm || ' (' || sqlstate || ')';
  end;
  perform set_config('signalbox.event_id', '', true);
end
$$;
comment on function inbox.try_apply(inbox.events) is 'Applies an event''s facts or undoes them all, and says what became of it. Never raises, but for a deadlock.';

-- sql/10-inbox/24-retry_delay.sql

create function inbox.retry_delay(attempts integer) returns interval
language sql immutable parallel safe
set search_path = ''
return (array['30 seconds', '2 minutes', '10 minutes', '30 minutes', '1 hour', '2 hours', '6 hours', '12 hours', '24 hours', '24 hours']::interval[])[attempts];
comment on function inbox.retry_delay(integer) is 'How long after the n-th failed attempt an event is tried again. Null: no more; it is dead.';

-- sql/10-inbox/25-settle.sql

create function inbox.settle(event inbox.events, counts boolean) returns inbox.event_status
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v record;
  -- Waiting uses up no tries.
  v_attempts integer;
  v_parked inbox.events;
begin
  v := inbox.try_apply(event);
  v_attempts := event.attempts + (counts and v.status <> 'parked')::integer;
  -- An event is stored as applied (or ignored) before it is applied: the common case writes its row once.
  if counts or (v.status, v.error, v.waiting_for) is distinct from (event.status, event.error, event.waiting_for) then
    update inbox.events e
    set status = case when v.status = 'failed' and inbox.retry_delay(v_attempts) is null then 'dead' else v.status end,
        error = v.error,
        waiting_for = v.waiting_for,
        attempts = v_attempts,
        applied_at = case when v.status = 'applied' then now() end,
        next_attempt_at = case
          when v.status = 'failed' then now() + inbox.retry_delay(v_attempts)
          -- What it waits for wakes it; this is only the net below.
          when v.status = 'parked' then now() + interval '1 hour'
        end
    where e.id = event.id
    returning e.status into v.status;
  end if;

  if v.status = 'applied' then
    for v_parked in
      select p.*
      from inbox.events p
      where p.status = 'parked'
        and p.waiting_for in (
          select k.key
          from jsonb_array_elements(event.facts) as f, unnest(inbox.fact_keys(event.provider, f.value)) as k (key)
        )
      order by p.received_at, p.id
      -- One that another session is retrying waits for our locks, and will see what we did.
      for update skip locked
    loop
      perform inbox.settle(v_parked, true);
    end loop;
  end if;
  return v.status;
end
$$;
comment on function inbox.settle(inbox.events, boolean) is 'Applies an event, writes down what became of it, and wakes what was parked for it. counts: whether a failure uses up a try. The caller holds the locks of its keys.';

-- sql/10-inbox/26-lock_keys.sql

create function inbox.lock_keys(events jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  -- In one order everywhere, and outside any subtransaction, so that they are held to the end whatever becomes of an event.
  perform pg_advisory_xact_lock(k.id)
  from (
    select distinct hashtextextended(key, 0) as id
    from jsonb_array_elements(events) as e,
         jsonb_array_elements(case when jsonb_typeof(e.value -> 'facts') = 'array' then e.value -> 'facts' else '[]' end) as f,
         unnest(inbox.fact_keys(e.value ->> 'provider', f.value)) as key
    order by id
  ) as k;
  if jsonb_array_length(events) > 1 then
    perform commerce.lock_checkouts(
      coalesce(array_agg(f.id) filter (where f.type = 'payment.captured'), '{}'),
      coalesce(array_agg(f.id) filter (where f.type <> 'payment.captured'), '{}')
    )
    from (
      select f.value ->> 'type' as type, (f.value ->> 'checkout_session_id')::uuid as id
      from jsonb_array_elements(events) as e,
           jsonb_array_elements(case when jsonb_typeof(e.value -> 'facts') = 'array' then e.value -> 'facts' else '[]' end) as f
      where f.value ->> 'checkout_session_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    ) f;
  end if;
end
$$;
comment on function inbox.lock_keys(jsonb) is 'Takes the locks of everything the events'' facts are about, in one order: [{"provider":"…","facts":[…]}].';

-- sql/10-inbox/30-receive.sql

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
    select g.provider, g.provider_event_id, g.type, g.subject, g.trust, g.occurred_at, g.body, g.headers, g.position,
      case when jsonb_typeof(g.facts) = 'array' then g.facts end as facts,
      case when jsonb_typeof(g.facts) <> 'array' then 'Its facts are no list.' else g.error end as error
    from rows from (
      jsonb_to_recordset(events) as (
        provider text, provider_event_id text, type text, subject text, trust inbox.event_trust,
        occurred_at timestamptz, body text, headers jsonb, facts jsonb, error text
      )
    ) with ordinality as g (provider, provider_event_id, type, subject, trust, occurred_at, body, headers, facts, error, position)
  ), stored as (
    insert into inbox.events (provider, provider_event_id, type, subject, trust, occurred_at, body, headers, facts, status, applied_at, error, next_attempt_at)
    select g.provider, g.provider_event_id, g.type, g.subject, g.trust, g.occurred_at, g.body, coalesce(g.headers, '{}'), g.facts,
      o.status, case when o.status = 'applied' then now() end,
      case when o.status = 'failed' then coalesce(g.error, 'It could not be read.') end,
      case when o.status = 'failed' then now() + inbox.retry_delay(1) end
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
  'Takes one or many events ([{provider, provider_event_id, type, subject, trust, occurred_at, body, headers, facts, error}]), archives each, drops duplicates, applies the new ones and writes the outbox, in one transaction. When it returns, they are durable. facts null means that reading it threw; error says what.';

-- sql/10-inbox/31-retry_due.sql

create function inbox.retry_due(at_most integer default 100) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_event inbox.events;
  v_count integer := 0;
begin
  for v_event in
    select e.*
    from inbox.events e
    where e.status in ('parked', 'failed') and e.next_attempt_at <= now() and e.facts is not null
    order by e.next_attempt_at
    limit at_most
  loop
    perform inbox.retry(v_event.id);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function inbox.retry_due(integer) is 'Tries the failed and parked events whose time has come. Run by cron. Returns how many. Those that could not be read are read again by the courier.';

-- sql/10-inbox/32-retry.sql

create function inbox.retry(event_id uuid, facts jsonb default null) returns inbox.event_status
language plpgsql
set search_path = ''
as $$
declare
  v_event inbox.events;
begin
  select e.* into v_event from inbox.events e where e.id = retry.event_id for update skip locked;
  if not found then
    if exists (select 1 from inbox.events e where e.id = retry.event_id) then
      return null; -- someone else is at it
    end if;
    raise exception 'there is no event %', retry.event_id using hint = 'Look it up in inbox.events.';
  end if;
  if v_event.status in ('applied', 'ignored') and retry.facts is null then
    return v_event.status;
  end if;
  v_event.facts := coalesce(retry.facts, v_event.facts);
  update inbox.events e set facts = v_event.facts where e.id = v_event.id;
  perform inbox.lock_keys(jsonb_build_array(jsonb_build_object('provider', v_event.provider, 'facts', v_event.facts)));
  return inbox.settle(v_event, true);
end
$$;
comment on function inbox.retry(uuid, jsonb) is
  'Tries one event again now: select inbox.retry(''<id>''). An applied or ignored one is left alone. facts: a new reading of its body. Returns its status; null when another session is trying it.';

-- sql/10-inbox/33-unreadable_due.sql

create function inbox.unreadable_due(at_most integer default 50) returns table (id uuid, provider text, body text, headers jsonb)
language sql stable
set search_path = ''
begin atomic
  select e.id, e.provider, e.body, e.headers
  from inbox.events e
  where e.status = 'failed' and e.facts is null and e.next_attempt_at <= now()
  order by e.next_attempt_at
  limit at_most;
end;
comment on function inbox.unreadable_due(integer) is 'Events whose body could not be read, due to be read again (by the courier, perhaps with a newer function).';

-- sql/10-inbox/34-still_unreadable.sql

create function inbox.still_unreadable(event_id uuid, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update inbox.events e
  set attempts = e.attempts + 1,
      error = reason,
      status = case when inbox.retry_delay(e.attempts + 1) is null then 'dead' else e.status end,
      next_attempt_at = now() + inbox.retry_delay(e.attempts + 1)
  where e.id = event_id and e.status = 'failed' and e.facts is null;
end
$$;
comment on function inbox.still_unreadable(uuid, text) is 'Reading the event threw again; it is tried later, or dead after the last try.';

-- sql/10-inbox/35-reject.sql

create function inbox.reject(provider text, reason text, count integer, sample jsonb) returns void
language sql
set search_path = ''
begin atomic
  insert into inbox.rejections as r (provider, reason, minute, count, last_at, sample)
  values (reject.provider, reject.reason, date_trunc('minute', now(), 'UTC'), reject.count, now(), reject.sample)
  on conflict on constraint rejections_are_counted_by_minute
  do update set count = r.count + excluded.count, last_at = excluded.last_at, sample = excluded.sample;
end;
comment on function inbox.reject(text, text, integer, jsonb) is 'Counts requests that were turned away.';

-- sql/20-outbox/00-schema.sql

create schema outbox;
comment on schema outbox is 'What the world should hear of: messages, who gets them, and how each delivery went.';

-- sql/20-outbox/01-types.sql

create type outbox.delivery_status as enum ('pending', 'sending', 'delivered', 'dead', 'cancelled');
comment on type outbox.delivery_status is
  'pending: waits for its time. sending: a courier has it, until lease_until. delivered: the receiver took it. dead: gave up; outbox.retry brings it back. cancelled: called off by a person.';

-- sql/20-outbox/10-settings.sql

create table outbox.settings (
  only_row boolean primary key default true,
  functions_url text,
  constraint there_is_one_row check (only_row),
  constraint the_address_is_http check (functions_url ~ '^https?://[^/]')
);
insert into outbox.settings default values;

alter table outbox.settings enable row level security;

comment on table outbox.settings is 'One row: where this project''s functions live.';
comment on column outbox.settings.functions_url is 'Base address of the functions, without a slash at the end: https://<ref>.supabase.co/functions/v1. Null: no doorbell; cron and the webhooks'' tails still cannot ring, only the tails deliver.';

-- sql/20-outbox/11-destinations.sql

create table outbox.destinations (
  name text primary key,
  description text,
  adapter text not null default 'webhook',
  url text,
  max_in_flight integer not null default 10,
  max_per_second numeric not null default 50,
  timeout_ms integer not null default 15000,
  paused_at timestamptz,
  paused_reason text,
  held_until timestamptz,
  held_reason text,
  tokens numeric not null default 1,
  tokens_at timestamptz not null default now(),
  created_at timestamptz not null default now(),

  constraint a_name_is_lower_case check (name ~ '^[a-z][a-z0-9_]*$'),
  constraint an_address_is_http check (url ~ '^https?://[^/]'),
  constraint something_may_be_in_flight check (max_in_flight > 0),
  constraint something_may_be_sent check (max_per_second > 0),
  constraint a_timeout_is_between_1_and_60_seconds check (timeout_ms between 1000 and 60000),
  constraint a_pause_has_a_reason check ((paused_at is null) = (paused_reason is null)),
  constraint a_hold_has_a_reason check ((held_until is null) = (held_reason is null))
);

alter table outbox.destinations enable row level security;

comment on table outbox.destinations is 'Who hears messages. To add one: insert a row here, routes for it in outbox.routes, and set <NAME>_SIGNING_SECRET (and <NAME>_WEBHOOK_URL, unless url is set) as function secrets.';
comment on column outbox.destinations.adapter is 'How one delivery is handed over: a file of functions/_shared/destinations/.';
comment on column outbox.destinations.url is 'Where to. Null: the function secret <NAME>_WEBHOOK_URL, for addresses that are themselves a secret.';
comment on column outbox.destinations.max_in_flight is 'Requests under way at once, over all couriers.';
comment on column outbox.destinations.max_per_second is 'Requests started a second, over all couriers.';
comment on column outbox.destinations.timeout_ms is 'How long one attempt may take, in ms.';
comment on column outbox.destinations.paused_at is 'Set: nothing is sent, everything is kept. outbox.resume(name) goes on.';
comment on column outbox.destinations.held_until is 'Nothing is sent before this, for held_reason; goes on by itself.';
comment on column outbox.destinations.tokens is 'Token bucket of max_per_second, as of tokens_at.';

-- sql/20-outbox/12-routes.sql

create table outbox.routes (
  id bigint generated always as identity primary key,
  destination text not null,
  message_type text,
  table_name text,
  operations text[],
  when_column text,
  becomes text,
  not_from text[],
  provider text,
  event_types text[],
  enabled boolean not null default true,
  description text,

  constraint a_route_leads_to_a_destination foreign key (destination) references outbox.destinations (name) on update cascade on delete cascade,
  constraint a_route_starts_at_a_table_or_a_provider check ((table_name is null) <> (provider is null)),
  constraint a_table_route_names_its_message check (table_name is null or (message_type is not null and message_type ~ '^[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)*$' and operations is not null)),
  constraint a_provider_route_names_its_events check (provider is null or (event_types is not null and message_type is null and operations is null and when_column is null)),
  constraint operations_are_insert_update_delete check (operations <@ array['INSERT', 'UPDATE', 'DELETE'] and operations <> '{}'),
  constraint becomes_needs_a_column check (becomes is null or when_column is not null),
  constraint not_from_needs_a_column check (not_from is null or when_column is not null)
);
create index routes_by_destination on outbox.routes (destination);
create unique index a_route_is_written_once on outbox.routes
  (destination, coalesce(message_type, ''), coalesce(table_name, ''), coalesce(when_column, ''), coalesce(becomes, ''), coalesce(provider, ''));

alter table outbox.routes enable row level security;

comment on table outbox.routes is 'Which changes of which table, or which inbound events, go to which destination. Edit it here; it takes effect with the next change.';
comment on column outbox.routes.message_type is 'The type of the message a table route makes, such as order.created.';
comment on column outbox.routes.table_name is 'A table with the trigger outbox.capture_change, such as public.orders.';
comment on column outbox.routes.operations is 'INSERT, UPDATE, DELETE: which of them.';
comment on column outbox.routes.when_column is 'Only when this column changed (or, with becomes, was given that value).';
comment on column outbox.routes.becomes is 'Only when when_column was given this value, by an insert or an update.';
comment on column outbox.routes.not_from is 'But not when when_column had one of these values before.';
comment on column outbox.routes.provider is 'Forwards this provider''s events, byte for byte.';
comment on column outbox.routes.event_types is 'Which of its events, by the provider''s names.';

-- sql/20-outbox/13-messages.sql

create sequence outbox.message_sequence;

create table outbox.messages (
  id uuid primary key default ops.uuid7(),
  sequence bigint not null default nextval('outbox.message_sequence'),
  type text not null,
  record_key text not null,
  created_at timestamptz not null default now(),
  event_id uuid,
  payload text,

  constraint a_message_comes_from_an_event foreign key (event_id) references inbox.events (id),
  constraint a_message_has_a_body check (payload is not null or event_id is not null)
);
create index messages_by_event on outbox.messages (event_id) where event_id is not null;

alter table outbox.messages enable row level security;

comment on table outbox.messages is 'One change of ours that the world should hear, or one inbound event to pass on.';
comment on column outbox.messages.id is 'The webhook-id the receiver sees is msg_ and this, the same on every attempt.';
comment on column outbox.messages.sequence is 'Grows with every message; of two messages about one record, the higher is the newer.';
comment on column outbox.messages.record_key is 'What it is about. Messages about one record reach each destination in order.';
comment on column outbox.messages.event_id is 'The webhook that caused it, or (payload null) that is passed on.';
comment on column outbox.messages.payload is 'The exact text that is signed and sent: {type, timestamp, data, change}. Null: the event''s own body.';

-- sql/20-outbox/14-deliveries.sql

create table outbox.deliveries (
  id bigint generated always as identity primary key,
  message_id uuid not null,
  destination text not null,
  record_key text not null,
  status outbox.delivery_status not null default 'pending',
  attempts integer not null default 0,
  attempts_before integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  lease_until timestamptz,
  courier uuid,
  last_status_code integer,
  last_error text,
  created_at timestamptz not null default now(),
  settled_at timestamptz,

  constraint a_delivery_carries_a_message foreign key (message_id) references outbox.messages (id) on delete cascade,
  constraint a_delivery_goes_to_a_destination foreign key (destination) references outbox.destinations (name) on update cascade,
  constraint a_destination_gets_a_message_once unique (message_id, destination),
  constraint a_sending_delivery_is_leased check ((status = 'sending') = (lease_until is not null)),
  constraint a_settled_delivery_says_when check ((status in ('delivered', 'dead', 'cancelled')) = (settled_at is not null))
);
create index deliveries_due on outbox.deliveries (destination, next_attempt_at) where status = 'pending';
create index deliveries_leased on outbox.deliveries (destination, lease_until) where status = 'sending';
create index deliveries_in_order on outbox.deliveries (destination, record_key, id) where status in ('pending', 'sending');
create index deliveries_dead on outbox.deliveries (destination, settled_at) where status = 'dead';

alter table outbox.deliveries enable row level security;

comment on table outbox.deliveries is 'One message to one destination.';
comment on column outbox.deliveries.attempts is 'HTTP tries begun so far.';
comment on column outbox.deliveries.attempts_before is 'Tries before a person last brought it back; the schedule starts anew from there.';
comment on column outbox.deliveries.next_attempt_at is 'When it is due.';
comment on column outbox.deliveries.lease_until is 'Until when a courier has it; after that another may take it.';
comment on column outbox.deliveries.last_error is 'What the last attempt failed with, in words.';

-- sql/20-outbox/15-attempts.sql

create table outbox.attempts (
  id bigint generated always as identity primary key,
  delivery_id bigint not null,
  number integer not null,
  started_at timestamptz not null,
  duration_ms integer,
  status_code integer,
  error text,
  response_body text,
  courier uuid,

  constraint an_attempt_is_of_a_delivery foreign key (delivery_id) references outbox.deliveries (id) on delete cascade,
  constraint an_attempt_is_recorded_once unique (delivery_id, number)
);

alter table outbox.attempts enable row level security;

comment on table outbox.attempts is 'The log of every HTTP try: what the receiver answered, and how long it took.';
comment on column outbox.attempts.duration_ms is 'From the first byte sent to the last byte answered, in ms.';
comment on column outbox.attempts.error is 'Why it did not count as delivered, in words. Null: it did.';
comment on column outbox.attempts.response_body is 'The answer, cut to 20 KB.';

-- sql/20-outbox/16-couriers.sql

create table outbox.couriers (
  id uuid primary key default ops.uuid7(),
  pump text not null,
  started_at timestamptz not null default now(),
  awake_until timestamptz,
  ended_at timestamptz,
  claimed bigint not null default 0
);
create index couriers_awake on outbox.couriers (awake_until) where ended_at is null;

alter table outbox.couriers enable row level security;

comment on table outbox.couriers is 'Runs of the courier. While one is awake, nobody rings.';
comment on column outbox.couriers.pump is 'What started it: bell (doorbell or cron) or tail (of an inbound webhook).';
comment on column outbox.couriers.awake_until is 'Renewed with every claim; one that is past belongs to a courier that died.';

-- sql/20-outbox/20-write_message.sql

create function outbox.write_message(
  type text, record_key text, payload text, event_id uuid, destinations text[], sequence bigint default nextval('outbox.message_sequence')
) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := ops.uuid7();
begin
  insert into outbox.messages (id, sequence, type, record_key, payload, event_id)
  values (v_id, write_message.sequence, write_message.type, write_message.record_key, write_message.payload, write_message.event_id);
  insert into outbox.deliveries (message_id, destination, record_key)
  select v_id, d.name, write_message.record_key from unnest(write_message.destinations) as d (name);
  return v_id;
end
$$;
comment on function outbox.write_message(text, text, text, uuid, text[], bigint) is 'Puts one message in the outbox, with a delivery to each destination.';

-- sql/20-outbox/21-capture_change.sql

-- Attached to every business table the world may hear of. What it makes is decided by outbox.routes.
-- An optional trigger argument names a function (row id) → jsonb whose members are added to the message's data.
create function outbox.capture_change() returns trigger
language plpgsql
security definer -- whoever may change the row need not be able to write, or read, the outbox
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_table text := tg_table_schema || '.' || tg_table_name;
  v_new jsonb;
  v_old jsonb;
  v_record jsonb;
  v_changed text[];
  v_details jsonb;
  v_key text;
  v_sequence bigint;
  v_route record;
begin
  if not exists (
    select 1 from outbox.routes r where r.table_name = v_table and r.enabled and tg_op = any (r.operations)
  ) then
    return null;
  end if;
  if tg_op <> 'DELETE' then v_new := to_jsonb(new); end if;
  if tg_op <> 'INSERT' then v_old := to_jsonb(old); end if;
  if tg_op = 'UPDATE' then
    select array_agg(n.key order by n.key) into v_changed
    from jsonb_each(v_new) n
    where n.key not in ('updated_at', 'as_of', 'as_of_event') and n.value is distinct from v_old -> n.key;
    if v_changed is null then
      return null;
    end if;
  end if;
  v_record := coalesce(v_new, v_old);

  for v_route in
    select r.message_type, array_agg(distinct r.destination order by r.destination) as destinations
    from outbox.routes r
    where r.table_name = v_table
      and r.enabled
      and tg_op = any (r.operations)
      and (r.when_column is null or tg_op <> 'UPDATE' or r.when_column = any (v_changed))
      and (r.becomes is null or v_record ->> r.when_column = r.becomes)
      and (r.not_from is null or tg_op <> 'UPDATE' or (v_old ->> r.when_column) is null or v_old ->> r.when_column <> all (r.not_from))
    group by r.message_type
    order by min(r.id)
  loop
    if tg_nargs > 0 and v_details is null then
      execute format('select %s($1)', tg_argv[0]) into v_details using (v_record ->> 'id')::uuid;
    end if;
    v_sequence := nextval('outbox.message_sequence');
    v_key := tg_table_name || '/' || (v_record ->> 'id');
    perform outbox.write_message(
      v_route.message_type,
      v_key,
      json_build_object(
        'type', v_route.message_type,
        'timestamp', ops.iso_utc(now()),
        'data', v_record || coalesce(v_details, '{}'),
        'change', json_build_object(
          'table', tg_table_name,
          'operation', tg_op,
          'sequence', v_sequence,
          'columns', v_changed,
          'previous', (select jsonb_object_agg(c.name, v_old -> c.name) from unnest(v_changed) as c (name))
        )
      )::text,
      nullif(current_setting('signalbox.event_id', true), '')::uuid,
      v_route.destinations,
      v_sequence
    );
  end loop;
  return null;
end
$$;
comment on function outbox.capture_change() is 'Row trigger: writes a message, and its deliveries, for each route the change matches, in the same transaction.';

-- sql/20-outbox/22-forward_event.sql

create function outbox.forward_event(event inbox.events) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_destinations text[];
begin
  if event.trust = 'unconfirmed' then
    return;
  end if;
  select array_agg(distinct r.destination) into v_destinations
  from outbox.routes r
  where r.provider = event.provider and r.enabled and event.type = any (r.event_types);
  if v_destinations is not null then
    perform outbox.write_message(event.type, event.provider || '/' || coalesce(event.subject, event.provider_event_id), null, event.id, v_destinations);
  end if;
end
$$;
comment on function outbox.forward_event(inbox.events) is 'Passes an inbound event on, byte for byte, where a route says so, whatever we make of it ourselves.';

-- sql/20-outbox/30-set_functions_url.sql

create function outbox.set_functions_url(url text) returns void
language sql
set search_path = ''
begin atomic
  update outbox.settings set functions_url = rtrim(url, '/') where only_row;
end;
comment on function outbox.set_functions_url(text) is 'Tells the database where its functions live; the doorbell rings <url>/dispatch.';

-- sql/20-outbox/31-courier_lock.sql

-- Whoever writes a delivery and finds a courier awake holds this lock shared until it commits; a courier may go to sleep only
-- when it can have it alone. So a courier that let a bell go unrung always looks again after that commit.
create function outbox.courier_lock() returns bigint
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return hashtextextended('signalbox/outbox/courier', 0);
end
$$;
comment on function outbox.courier_lock() is 'The advisory lock between those who write deliveries and a courier going to sleep.';

-- sql/20-outbox/32-courier_is_awake.sql

create function outbox.courier_is_awake() returns boolean
language plpgsql volatile
set search_path = ''
as $$
begin
  return exists (select 1 from outbox.couriers c where c.ended_at is null and c.awake_until > clock_timestamp());
end
$$;
comment on function outbox.courier_is_awake() is 'Whether a courier is at work that will look for deliveries again.';

-- sql/20-outbox/33-doorbell_signature.sql

create function outbox.doorbell_signature(expires_at bigint, nonce text) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select encode(
      extensions.hmac('dispatch.' || doorbell_signature.expires_at || '.' || doorbell_signature.nonce, s.decrypted_secret, 'sha256'), 'hex'
    )
    from vault.decrypted_secrets s
    where s.name = 'signalbox_doorbell'
  );
end
$$;
comment on function outbox.doorbell_signature(bigint, text) is 'What makes a bell genuine: an HMAC-SHA256 with a key that lives in Vault and never leaves the database. expires_at in unix seconds.';

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'signalbox_doorbell', 'Signs the calls that wake the courier. Made by the migration; nobody needs to know it.');

-- sql/20-outbox/34-ring.sql

create function outbox.ring() returns bigint
language plpgsql
security definer -- reads the doorbell's key in Vault for whoever changed a row
set search_path = ''
as $$
declare
  v_url text := (select s.functions_url from outbox.settings s);
  v_expires_at bigint := floor(date_part('epoch', clock_timestamp()))::bigint + 60;
  v_nonce text := gen_random_uuid()::text;
begin
  if v_url is null then
    return null;
  end if;
  return net.http_post(
    url => v_url || '/dispatch',
    body => jsonb_build_object(
      'expires_at', v_expires_at, 'nonce', v_nonce, 'signature', outbox.doorbell_signature(v_expires_at, v_nonce)
    ),
    timeout_milliseconds => 5000
  );
end
$$;
comment on function outbox.ring() is 'Rings the doorbell: pg_net calls the courier when this transaction commits. The body is signed for one minute and holds no secret. Returns pg_net''s request id; null when no functions_url is set.';

-- sql/20-outbox/35-bell_is_genuine.sql

create function outbox.bell_is_genuine(bell jsonb) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_now double precision := date_part('epoch', now());
  v_expires_at bigint;
begin
  if jsonb_typeof(bell -> 'nonce') is distinct from 'string'
    or jsonb_typeof(bell -> 'signature') is distinct from 'string'
    or (bell ->> 'expires_at') is null
    or (bell ->> 'expires_at') !~ '^[0-9]{1,12}$' then
    return false;
  end if;
  v_expires_at := bell ->> 'expires_at';
  -- Digests of both are compared, so that how long it takes says nothing about how much was right.
  return coalesce(
    v_expires_at between v_now and v_now + 60
    and sha256(convert_to(bell ->> 'signature', 'UTF8'))
      = sha256(convert_to(outbox.doorbell_signature(v_expires_at, bell ->> 'nonce'), 'UTF8')),
    false
  );
end
$$;
comment on function outbox.bell_is_genuine(jsonb) is 'Whether a call of the courier came from outbox.ring within the last minute. Nonsense is not genuine, and no error.';

-- sql/20-outbox/36-due.sql

-- Destinations in Postgres' own order of names, each with something a courier could take now.
create function outbox.due() returns setof text
language sql stable
set search_path = ''
begin atomic
  select d.name
  from outbox.destinations d
  where d.paused_at is null
    and (d.held_until is null or d.held_until <= clock_timestamp())
    and (
      exists (select 1 from outbox.deliveries x where x.destination = d.name and x.status = 'pending' and x.next_attempt_at <= clock_timestamp())
      or exists (select 1 from outbox.deliveries x where x.destination = d.name and x.status = 'sending' and x.lease_until < clock_timestamp())
    )
  order by d.name;
end;
comment on function outbox.due() is 'The destinations that have a delivery due, or one whose courier died.';

-- sql/20-outbox/37-needs_courier.sql

create function outbox.needs_courier() returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return not outbox.courier_is_awake() and (exists (select 1 from outbox.due()) or exists (select 1 from inbox.unreadable_due(1)));
end
$$;
comment on function outbox.needs_courier() is 'Whether something is due and no courier is awake.';

-- sql/20-outbox/38-ring_if_due.sql

create function outbox.ring_if_due() returns bigint
language sql
set search_path = ''
begin atomic
  select case when outbox.needs_courier() then outbox.ring() end;
end;
comment on function outbox.ring_if_due() is 'Rings when something is due and no courier is awake. Run by cron: retries, and whatever a lost bell left behind.';

-- sql/20-outbox/39-ring_for_deliveries.sql

create function outbox.ring_for_deliveries() returns trigger
language plpgsql
security definer -- as outbox.ring
set search_path = ''
as $$
begin
  -- Once a transaction; a rollback to a savepoint undoes the mark together with the bell.
  if current_setting('signalbox.rung', true) = 'yes' then
    return null;
  end if;
  perform set_config('signalbox.rung', 'yes', true);
  perform pg_advisory_xact_lock_shared(outbox.courier_lock());
  if not outbox.courier_is_awake() then
    perform outbox.ring();
  end if;
  return null;
exception when others then
  -- A bell that cannot ring costs nobody an order: cron and the tails deliver.
  raise warning 'the doorbell could not be rung: %', sqlerrm;
  return null;
end
$$;
comment on function outbox.ring_for_deliveries() is 'Statement trigger: new deliveries ring the doorbell, unless a courier is awake and will look again.';

create trigger ring_the_doorbell
after insert on outbox.deliveries
for each statement execute function outbox.ring_for_deliveries();

-- sql/20-outbox/40-claim.sql

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

-- sql/20-outbox/41-release_next.sql

create function outbox.release_next(destination text, record_key text) returns void
language sql
set search_path = ''
begin atomic
  update outbox.deliveries d
  set next_attempt_at = clock_timestamp()
  where d.next_attempt_at > clock_timestamp()
    and d.attempts = d.attempts_before -- not one that failed and waits for its own time
    and d.id = (
      select x.id
      from outbox.deliveries x
      where x.destination = release_next.destination and x.record_key = release_next.record_key and x.status in ('pending', 'sending')
      order by x.id
      limit 1
    );
end;
comment on function outbox.release_next(text, text) is 'A delivery about a record was settled: the next one about it, which waited behind it (outbox.claim), is due now.';

-- sql/20-outbox/41-retry_delay.sql

-- The schedule Standard Webhooks suggests. Jitter is only ever added, so that no receiver sees a retry sooner than promised.
create function outbox.retry_delay(attempts integer) returns interval
language sql volatile parallel safe
set search_path = ''
return (array['5 seconds', '5 minutes', '30 minutes', '2 hours', '5 hours', '10 hours', '14 hours', '20 hours', '24 hours']::interval[])[attempts]
  * (1 + random() * 0.1);
comment on function outbox.retry_delay(integer) is 'How long after the n-th failed attempt the next is due. Null: there is none.';

-- sql/20-outbox/42-record.sql

create function outbox.record(courier uuid, results jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v record;
  v_delay interval;
begin
  for v in
    select r.*, d.id, d.destination, d.record_key, d.attempts, d.attempts_before,
      d.status = 'sending' and d.courier = record.courier and d.attempts = r.attempt as current
    from jsonb_to_recordset(results) as r (
      delivery_id bigint, attempt integer, outcome text, started_at timestamptz, duration_ms integer,
      status_code integer, error text, response_body text, retry_after_ms bigint
    )
    join outbox.deliveries d on d.id = r.delivery_id
    order by d.id
    for no key update of d
  loop
    if v.outcome in ('delivered', 'retry', 'refused', 'gone') then
      insert into outbox.attempts (delivery_id, number, started_at, duration_ms, status_code, error, response_body, courier)
      values (v.delivery_id, v.attempt, v.started_at, v.duration_ms, v.status_code, v.error, v.response_body, record.courier)
      on conflict on constraint an_attempt_is_recorded_once do nothing;
    end if;
    continue when not v.current; -- its lease ran out and another courier has it: the log keeps the attempt, the state is theirs

    case v.outcome
      when 'delivered' then
        update outbox.deliveries d
        set status = 'delivered', settled_at = now(), lease_until = null, last_status_code = v.status_code, last_error = null
        where d.id = v.id;
      when 'refused' then
        update outbox.deliveries d
        set status = 'dead', settled_at = now(), lease_until = null, last_status_code = v.status_code, last_error = v.error
        where d.id = v.id;
      when 'unsent' then
        -- Nothing left this house (no address, no secret): it does not use up an attempt, and the destination waits.
        update outbox.deliveries d
        set status = 'pending', lease_until = null, courier = null, attempts = d.attempts - 1, last_error = v.error
        where d.id = v.id;
        update outbox.destinations t
        set held_until = now() + interval '1 minute', held_reason = coalesce(v.error, 'no reason given')
        where t.name = v.destination;
      when 'retry', 'gone' then
        v_delay := outbox.retry_delay(v.attempts - v.attempts_before);
        if v.outcome = 'gone' then
          -- A pause holds, and never drops: even after the last try.
          perform outbox.pause(v.destination, v.error);
          v_delay := coalesce(v_delay, '0 seconds');
        end if;
        update outbox.deliveries d
        set status = case when v_delay is null then 'dead' else 'pending' end::outbox.delivery_status,
            settled_at = case when v_delay is null then now() end,
            next_attempt_at = case
              when v_delay is null then d.next_attempt_at
              else clock_timestamp() + greatest(v_delay, least(make_interval(secs => coalesce(v.retry_after_ms, 0) / 1000.0), interval '24 hours'))
            end,
            lease_until = null,
            courier = null,
            last_status_code = v.status_code,
            last_error = v.error
        where d.id = v.id;
      else
        raise exception 'no rule for the outcome %', coalesce(v.outcome, '(none)') using errcode = '22023';
    end case;
    perform outbox.release_next(v.destination, v.record_key);
  end loop;
end
$$;
comment on function outbox.record(uuid, jsonb) is
  'Writes down how attempts went: [{delivery_id, attempt, outcome, started_at, duration_ms, status_code, error, response_body, retry_after_ms}]. outcome: delivered; retry (by the schedule, or Retry-After when that is later, at most 24 h); refused (dead at once); gone (410: pauses the destination, keeps the delivery); unsent (nothing was sent: no attempt used).';

-- sql/20-outbox/43-wake.sql

create function outbox.wake(pump text) returns uuid
language sql
set search_path = ''
begin atomic
  insert into outbox.couriers (pump, awake_until) values (wake.pump, clock_timestamp() + interval '5 seconds') returning id;
end;
comment on function outbox.wake(text) is 'A courier begins its run.';

-- sql/20-outbox/44-rest.sql

create function outbox.rest(courier uuid, even_if_due boolean default false) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if not even_if_due then
    -- Not to be had: someone is about to commit a delivery and did not ring, trusting that we look again.
    if not pg_try_advisory_xact_lock(outbox.courier_lock()) then
      return false;
    end if;
    if exists (select 1 from outbox.due()) then
      return false;
    end if;
  end if;
  update outbox.couriers c set ended_at = clock_timestamp(), awake_until = null where c.id = rest.courier;
  if even_if_due then
    perform outbox.ring_if_due();
  end if;
  return true;
end
$$;
comment on function outbox.rest(uuid, boolean) is 'A courier asks to end its run: false when it must look again first. even_if_due: its time is up; what is left is handed to a fresh run by a bell.';

-- sql/20-outbox/50-pause.sql

create function outbox.pause(destination text, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update outbox.destinations d
  set paused_at = coalesce(d.paused_at, now()), paused_reason = coalesce(nullif(pause.reason, ''), 'no reason given')
  where d.name = pause.destination;
  if not found then
    raise exception 'there is no destination %', pause.destination using hint = 'select name from outbox.destinations';
  end if;
end
$$;
comment on function outbox.pause(text, text) is 'Stops sending to a destination; everything is kept: select outbox.pause(''make'', ''scenario under repair'').';

-- sql/20-outbox/51-resume.sql

create function outbox.resume(destination text) returns bigint
language plpgsql
set search_path = ''
as $$
begin
  update outbox.destinations d
  set paused_at = null, paused_reason = null, held_until = null, held_reason = null
  where d.name = resume.destination;
  if not found then
    raise exception 'there is no destination %', resume.destination using hint = 'select name from outbox.destinations';
  end if;
  perform outbox.ring_if_due();
  return (select count(*) from outbox.deliveries x where x.destination = resume.destination and x.status = 'pending');
end
$$;
comment on function outbox.resume(text) is 'Goes on sending to a paused or held destination. Returns how many deliveries wait for it.';

-- sql/20-outbox/52-retry.sql

create function outbox.retry(delivery_id bigint) returns void
language plpgsql
set search_path = ''
as $$
begin
  update outbox.deliveries d
  set status = 'pending',
      next_attempt_at = now(),
      settled_at = null,
      attempts_before = case when d.status = 'pending' then d.attempts_before else d.attempts end
  where d.id = retry.delivery_id and d.status in ('pending', 'dead', 'cancelled');
  if not found then
    raise exception 'delivery % is not waiting, dead or cancelled', retry.delivery_id
      using hint = 'A delivered one is not sent again; one that is being sent settles by itself. Look it up in outbox.deliveries.';
  end if;
  perform outbox.ring_if_due();
end
$$;
comment on function outbox.retry(bigint) is 'Makes a waiting, dead or cancelled delivery due now: select outbox.retry(<id>).';

-- sql/20-outbox/53-retry_dead.sql

create function outbox.retry_dead(destination text, since timestamptz default '-infinity') returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_count bigint;
begin
  if not exists (select 1 from outbox.destinations t where t.name = retry_dead.destination) then
    raise exception 'there is no destination %', retry_dead.destination using hint = 'select name from outbox.destinations';
  end if;
  update outbox.deliveries d
  set status = 'pending', next_attempt_at = now(), settled_at = null, attempts_before = d.attempts
  where d.status = 'dead' and d.destination = retry_dead.destination and d.settled_at >= retry_dead.since;
  get diagnostics v_count = row_count;
  perform outbox.ring_if_due();
  return v_count;
end
$$;
comment on function outbox.retry_dead(text, timestamptz) is 'Brings a destination''s dead deliveries back, oldest first: select outbox.retry_dead(''make''). Returns how many.';

-- sql/20-outbox/54-cancel.sql

create function outbox.cancel(delivery_id bigint, reason text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_delivery outbox.deliveries;
begin
  update outbox.deliveries d
  set status = 'cancelled', settled_at = now(), last_error = cancel.reason
  where d.id = cancel.delivery_id and d.status in ('pending', 'dead')
  returning d.* into v_delivery;
  if not found then
    raise exception 'delivery % is not waiting or dead', cancel.delivery_id
      using hint = 'A delivered one cannot be called off; one that is being sent settles by itself first.';
  end if;
  perform outbox.release_next(v_delivery.destination, v_delivery.record_key);
end
$$;
comment on function outbox.cancel(bigint, text) is 'Calls a delivery off. outbox.retry brings it back.';

-- sql/20-outbox/60-first_destinations.sql

insert into outbox.destinations (name, adapter, max_in_flight, max_per_second, description) values
  ('make', 'make', 10, 30, 'make.com: e-mails and automations. At most 300 requests in 10 s per webhook.'),
  ('railway', 'webhook', 10, 50, 'The Railway backend: inventory and accounting.'),
  ('railway_stripe', 'stripe', 10, 50, 'The Railway backend''s Stripe endpoint: Stripe''s own events, signed anew with a secret of this hop''s own.');

insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, not_from, description) values
  -- Not once more when a dispute is won, or a refund failed at the buyer's bank.
  ('make', 'payment.captured', 'public.payments', '{INSERT,UPDATE}', 'status', 'captured', '{disputed,partially_refunded,refunded}', 'Payment succeeded.');

insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, description) values
  ('make', 'payment.failed', 'public.payments', '{INSERT,UPDATE}', 'status', 'failed', 'An attempt to pay failed; it may be tried again.'),
  ('make', 'payment.needs_review', 'public.payments', '{INSERT,UPDATE}', 'needs_review', 'true', 'Money came that fits no checkout: tell an admin.'),
  ('make', 'order.created', 'public.orders', '{INSERT}', null, null, 'The confirmation e-mail.'),
  ('make', 'order.changed', 'public.orders', '{UPDATE}', 'status', null, 'Confirmed, needs attention, refunded.'),
  ('make', 'refund.created', 'public.refunds', '{INSERT}', null, null, null),
  ('make', 'refund.changed', 'public.refunds', '{UPDATE}', 'status', null, null),
  ('make', 'dispute.created', 'public.disputes', '{INSERT}', null, null, 'Tell an admin: there is a date to answer by.'),
  ('make', 'dispute.changed', 'public.disputes', '{UPDATE}', 'status', null, null),
  ('make', 'customer.created', 'public.customers', '{INSERT}', null, null, null),
  ('make', 'customer.changed', 'public.customers', '{UPDATE}', null, null, null),
  ('make', 'membership.created', 'public.memberships', '{INSERT}', null, null, null),
  ('make', 'membership.changed', 'public.memberships', '{UPDATE}', 'status', null, null),
  ('railway', 'order.created', 'public.orders', '{INSERT}', null, null, 'So that inventory stays in step.'),
  ('railway', 'order.changed', 'public.orders', '{UPDATE}', 'status', null, null),
  ('railway', 'refund.created', 'public.refunds', '{INSERT}', null, null, null),
  ('railway', 'product.stock_changed', 'public.products', '{UPDATE}', 'stock', null, null);

insert into outbox.routes (destination, provider, event_types, description) values
  ('railway_stripe', 'stripe', '{charge.refunded,refund.created,product.updated,payment_intent.payment_failed}', 'What the Railway backend handles of Stripe itself.');

-- sql/30-commerce/00-schema.sql

create schema commerce;
comment on schema commerce is 'The rules about money, stock and orders. The tables are in public.';

create type public.payment_status as enum (
  'created', 'pending', 'failed', 'cancelled', 'expired', 'captured', 'disputed', 'partially_refunded', 'refunded'
);
comment on type public.payment_status is
  'In the order of rank up to captured: a payment only moves forward, and money that moved wins. Refunds and disputes then decide between captured, disputed, partially_refunded and refunded.';

create type public.checkout_status as enum (
  'open', 'payment_pending', 'payment_failed', 'expired', 'payment_completed'
);
comment on type public.checkout_status is
  'Follows from the checkout''s payments (commerce.refresh_checkout). open: nothing came of it yet. payment_pending: money is on its way, or came and needs review. payment_failed, expired: its stock is back on sale; it may still be paid. payment_completed: it has its order.';

create type public.reservation_status as enum ('held', 'released', 'taken');
comment on type public.reservation_status is 'held: kept for the buyer. released: given back. taken: sold.';

create type public.order_status as enum ('confirmed', 'needs_attention', 'refunded');
comment on type public.order_status is 'confirmed: paid and to be fulfilled. needs_attention: paid, but attention_reason must be settled by a person. refunded: the money went back in full.';

create type public.refund_status as enum ('pending', 'succeeded', 'failed', 'cancelled');
comment on type public.refund_status is 'In the order of rank: one that succeeded may still fail at the buyer''s bank.';

create type public.dispute_status as enum ('needs_response', 'under_review', 'closed', 'won', 'lost');
comment on type public.dispute_status is 'closed: an inquiry that ended, or a dispute that was prevented; no money moved.';

-- sql/30-commerce/10-customers.sql

create table public.customers (
  id uuid primary key default ops.uuid7(),
  email text,
  name text,
  phone text,
  user_id uuid,
  provider text not null,
  provider_ref text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  as_of timestamptz not null,
  as_of_event text not null,

  constraint a_provider_names_a_customer_once unique (provider, provider_ref)
);
create index customers_by_user on public.customers (user_id);

alter table public.customers enable row level security;
create policy "buyers read their own customer record" on public.customers for select to authenticated using (user_id = (select auth.uid()));

create trigger touch before update on public.customers for each row execute function ops.touch_updated_at();
create trigger tell_the_world after insert or update or delete on public.customers for each row execute function outbox.capture_change();

comment on table public.customers is 'Customer records as the providers have them.';
comment on column public.customers.user_id is 'The account with the same, confirmed, e-mail address.';
comment on column public.customers.provider_ref is 'The provider''s id of the customer.';
comment on column public.customers.as_of is 'When the provider''s record was as it is here; older news is not applied.';
comment on column public.customers.as_of_event is 'The provider''s id of the event it is from: decides between two of one moment.';

-- sql/30-commerce/11-products.sql

create table public.products (
  id uuid primary key default gen_random_uuid(),
  sku text not null,
  name text not null,
  description text,
  price_minor bigint not null,
  currency text not null,
  stock integer,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  as_of timestamptz,
  as_of_event text,

  constraint a_sku_names_one_product unique (sku),
  constraint a_price_is_not_negative check (price_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint stock_is_never_negative check (stock >= 0)
);

alter table public.products enable row level security;
create policy "everybody reads what is on sale" on public.products for select to anon, authenticated using (active);

create trigger touch before update on public.products for each row execute function ops.touch_updated_at();
create trigger tell_the_world after insert or update or delete on public.products for each row execute function outbox.capture_change();

comment on table public.products is 'What is sold.';
comment on column public.products.price_minor is 'In minor units of the currency.';
comment on column public.products.stock is 'What can still be sold: reserving lowers it, releasing raises it. Null: not counted (digital goods).';
comment on column public.products.active is 'Whether it is on sale.';
comment on column public.products.as_of is 'When a provider''s catalogue last said so; older news is not applied.';
comment on column public.products.as_of_event is 'The provider''s id of the event it is from: decides between two of one moment.';

-- sql/30-commerce/12-checkout_sessions.sql

create table public.checkout_sessions (
  id uuid primary key default gen_random_uuid(),
  status public.checkout_status not null default 'open',
  email text not null,
  user_id uuid,
  total_minor bigint not null,
  currency text not null,
  expires_at timestamptz not null default now() + interval '1 hour',
  completed_at timestamptz,
  expired_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_total_is_not_negative check (total_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint a_completed_checkout_says_when check ((status = 'payment_completed') = (completed_at is not null))
);
create index checkout_sessions_by_user on public.checkout_sessions (user_id);
create index checkout_sessions_to_expire on public.checkout_sessions (expires_at) where status = 'open';

alter table public.checkout_sessions enable row level security;
create policy "buyers read their own checkouts" on public.checkout_sessions for select to authenticated using (user_id = (select auth.uid()));

create trigger touch before update on public.checkout_sessions for each row execute function ops.touch_updated_at();
create trigger tell_the_world after insert or update or delete on public.checkout_sessions for each row execute function outbox.capture_change();

comment on table public.checkout_sessions is 'What a buyer is about to pay for. Its id is what every provider''s object names.';
comment on column public.checkout_sessions.id is 'Random, not guessable: a guest''s only key to it.';
comment on column public.checkout_sessions.total_minor is 'What must be captured, in minor units.';
comment on column public.checkout_sessions.expires_at is 'An open checkout past this is expired by cron, and its stock given back.';
comment on column public.checkout_sessions.expired_at is 'When it expired, here or at the provider.';

-- sql/30-commerce/13-checkout_items.sql

create table public.checkout_items (
  id uuid primary key default ops.uuid7(),
  checkout_session_id uuid not null,
  product_id uuid not null,
  quantity integer not null,
  sku text not null,
  name text not null,
  unit_price_minor bigint not null,

  constraint an_item_is_of_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id) on delete cascade,
  constraint an_item_is_a_product foreign key (product_id) references public.products (id),
  constraint a_checkout_lists_a_product_once unique (checkout_session_id, product_id),
  constraint a_quantity_is_positive check (quantity > 0),
  constraint a_price_is_not_negative check (unit_price_minor >= 0)
);
create index checkout_items_by_product on public.checkout_items (product_id);

alter table public.checkout_items enable row level security;
create policy "buyers read the items of their own checkouts" on public.checkout_items for select to authenticated
  using (exists (select 1 from public.checkout_sessions s where s.id = checkout_session_id and s.user_id = (select auth.uid())));

comment on table public.checkout_items is 'The items of a checkout, with the name and price they had when it was opened.';
comment on column public.checkout_items.unit_price_minor is 'In minor units of the checkout''s currency; from public.products, never from the caller.';

-- sql/30-commerce/14-stock_reservations.sql

create table public.stock_reservations (
  id uuid primary key default ops.uuid7(),
  checkout_session_id uuid not null,
  product_id uuid not null,
  quantity integer not null,
  status public.reservation_status not null default 'held',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_reservation_is_of_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id) on delete cascade,
  constraint a_reservation_is_of_a_product foreign key (product_id) references public.products (id),
  constraint a_checkout_reserves_a_product_once unique (checkout_session_id, product_id),
  constraint a_quantity_is_positive check (quantity > 0)
);
create index stock_reservations_by_product on public.stock_reservations (product_id);

alter table public.stock_reservations enable row level security;

create trigger touch before update on public.stock_reservations for each row execute function ops.touch_updated_at();

comment on table public.stock_reservations is 'Stock set aside for a checkout. held and taken quantities are already gone from products.stock; released ones are back in it.';

-- sql/30-commerce/15-payments.sql

create table public.payments (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  provider_ref text not null,
  checkout_session_id uuid,
  user_id uuid,
  status public.payment_status not null,
  amount_minor bigint not null,
  currency text not null,
  refunded_minor bigint not null default 0,
  needs_review boolean not null default false,
  review_reason text,
  email text,
  customer_ref text,
  reviewed_at timestamptz,
  failure_code text,
  failure_message text,
  failed_at timestamptz,
  captured_at timestamptz,
  reported_refunded_minor bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_provider_names_a_payment_once unique (provider, provider_ref),
  constraint a_payment_is_for_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id),
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint no_more_is_refunded_than_was_captured check (refunded_minor between 0 and amount_minor),
  constraint only_captured_money_is_refunded check (refunded_minor = 0 or captured_at is not null),
  constraint a_review_has_a_reason check (needs_review = (review_reason is not null)),
  constraint captured_money_stays_captured check ((captured_at is not null) = (status >= 'captured'))
);
create index payments_by_checkout on public.payments (checkout_session_id);
create index payments_by_user on public.payments (user_id);
create index payments_to_review on public.payments (created_at) where needs_review;

alter table public.payments enable row level security;
create policy "buyers read their own payments" on public.payments for select to authenticated using (user_id = (select auth.uid()));

comment on table public.payments is 'Money that is to come, came, or did not, by provider. One row per payment at the provider, whatever events speak of it.';
comment on column public.payments.provider_ref is 'The provider''s id of the payment.';
comment on column public.payments.amount_minor is 'In minor units: what was captured; before that, what is asked.';
comment on column public.payments.refunded_minor is 'How much went back, in minor units.';
comment on column public.payments.needs_review is 'Captured, but not fulfilled: a person decides. commerce.accept_payment fulfils it all the same.';
comment on column public.payments.review_reason is 'Why it needs review, and what can be done.';
comment on column public.payments.reviewed_at is 'When a person accepted it or closed its review; it is not reviewed again.';
comment on column public.payments.reported_refunded_minor is 'The highest total of refunds the provider spoke of, in minor units; knows of refunds whose own events have not come.';
comment on column public.payments.failure_code is 'Of the latest failed attempt; it may have been followed by a good one.';

-- sql/30-commerce/16-guard_payment.sql

create function commerce.guard_payment() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- The enum is in the order of rank; behind captured, refunds and disputes move it both ways, but never back before it.
  if new.status < least(old.status, 'captured') then
    raise exception 'a payment cannot go from % back to %', old.status, new.status
      using errcode = '23514', hint = 'Payments only move forward. Record a refund instead.';
  end if;
  if (new.provider, new.provider_ref) is distinct from (old.provider, old.provider_ref) then
    raise exception 'a payment stays the provider''s payment it is' using errcode = '23514';
  end if;
  new.updated_at := now();
  return new;
end
$$;
comment on function commerce.guard_payment() is 'Trigger: payments are a forward-only state machine, whoever writes them.';

create trigger guard before update on public.payments for each row execute function commerce.guard_payment();
create trigger tell_the_world after insert or update or delete on public.payments for each row execute function outbox.capture_change();

-- sql/30-commerce/17-refunds.sql

create table public.refunds (
  id uuid primary key default ops.uuid7(),
  payment_id uuid not null,
  provider text not null,
  provider_ref text not null,
  status public.refund_status not null,
  amount_minor bigint not null,
  currency text not null,
  reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_provider_names_a_refund_once unique (provider, provider_ref),
  constraint a_refund_is_of_a_payment foreign key (payment_id) references public.payments (id),
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$')
);
create index refunds_by_payment on public.refunds (payment_id);

alter table public.refunds enable row level security;
create policy "buyers read the refunds of their own payments" on public.refunds for select to authenticated
  using (exists (select 1 from public.payments p where p.id = payment_id and p.user_id = (select auth.uid())));

create trigger touch before update on public.refunds for each row execute function ops.touch_updated_at();
create trigger tell_the_world after insert or update or delete on public.refunds for each row execute function outbox.capture_change();

comment on table public.refunds is 'Refunds, one row per refund at the provider.';
comment on column public.refunds.amount_minor is 'In minor units.';

-- sql/30-commerce/18-disputes.sql

create table public.disputes (
  id uuid primary key default ops.uuid7(),
  payment_id uuid not null,
  provider text not null,
  provider_ref text not null,
  status public.dispute_status not null,
  amount_minor bigint not null,
  currency text not null,
  reason text,
  evidence_due_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  as_of timestamptz not null,
  as_of_event text not null,

  constraint a_provider_names_a_dispute_once unique (provider, provider_ref),
  constraint a_dispute_is_of_a_payment foreign key (payment_id) references public.payments (id),
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$')
);
create index disputes_by_payment on public.disputes (payment_id);

alter table public.disputes enable row level security;

create trigger touch before update on public.disputes for each row execute function ops.touch_updated_at();
create trigger tell_the_world after insert or update or delete on public.disputes for each row execute function outbox.capture_change();

comment on table public.disputes is 'Chargebacks and inquiries. Answer them at the provider before evidence_due_at.';
comment on column public.disputes.amount_minor is 'In minor units.';
comment on column public.disputes.as_of is 'When the provider''s record was as it is here; older news is not applied.';
comment on column public.disputes.as_of_event is 'The provider''s id of the event it is from: decides between two of one moment.';

-- sql/30-commerce/19-orders.sql

create table public.orders (
  id uuid primary key default ops.uuid7(),
  number bigint generated always as identity (start with 1001),
  payment_id uuid not null,
  checkout_session_id uuid not null,
  user_id uuid,
  email text not null,
  status public.order_status not null,
  total_minor bigint not null,
  currency text not null,
  attention_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_payment_makes_one_order unique (payment_id),
  constraint a_checkout_makes_one_order unique (checkout_session_id),
  constraint a_number_names_one_order unique (number),
  constraint an_order_is_paid_by_a_payment foreign key (payment_id) references public.payments (id),
  constraint an_order_is_of_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id),
  constraint a_total_is_not_negative check (total_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint attention_has_a_reason check (status <> 'needs_attention' or attention_reason is not null)
);
create index orders_by_user on public.orders (user_id);
create index orders_needing_attention on public.orders (created_at) where status = 'needs_attention';

alter table public.orders enable row level security;
create policy "buyers read their own orders" on public.orders for select to authenticated using (user_id = (select auth.uid()));

create trigger touch before update on public.orders for each row execute function ops.touch_updated_at();

comment on table public.orders is 'What was sold and paid for. Made by a captured payment, one per payment, never before it.';
comment on column public.orders.number is 'For people: what the buyer is told.';
comment on column public.orders.total_minor is 'In minor units.';
comment on column public.orders.attention_reason is 'What a person must settle; commerce.settle_order closes it.';

-- sql/30-commerce/20-order_items.sql

create table public.order_items (
  id uuid primary key default ops.uuid7(),
  order_id uuid not null,
  product_id uuid not null,
  quantity integer not null,
  sku text not null,
  name text not null,
  unit_price_minor bigint not null,

  constraint an_item_is_of_an_order foreign key (order_id) references public.orders (id) on delete cascade,
  constraint an_item_is_a_product foreign key (product_id) references public.products (id),
  constraint an_order_lists_a_product_once unique (order_id, product_id),
  constraint a_quantity_is_positive check (quantity > 0),
  constraint a_price_is_not_negative check (unit_price_minor >= 0)
);
create index order_items_by_product on public.order_items (product_id);

alter table public.order_items enable row level security;
create policy "buyers read the items of their own orders" on public.order_items for select to authenticated
  using (exists (select 1 from public.orders o where o.id = order_id and o.user_id = (select auth.uid())));

comment on table public.order_items is 'The items of an order, with the name and price they were sold at.';
comment on column public.order_items.unit_price_minor is 'In minor units of the order''s currency.';

-- sql/30-commerce/21-order_details.sql

create function commerce.order_details(order_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'items',
      coalesce(
        jsonb_agg(jsonb_build_object('sku', i.sku, 'name', i.name, 'quantity', i.quantity, 'unit_price_minor', i.unit_price_minor) order by i.sku),
        '[]'
      )
    )
    from public.order_items i
    where i.order_id = order_details.order_id
  );
end
$$;
comment on function commerce.order_details(uuid) is 'What a message about an order says besides its row: the items, so that a receiver need not ask back.';

create trigger tell_the_world after insert or update or delete on public.orders
for each row execute function outbox.capture_change('commerce.order_details');

-- sql/30-commerce/22-user_of.sql

-- A plain text body: a dependency on auth.users would stand in the way of Supabase's own migrations.
create function commerce.user_of(email text) returns uuid
language sql stable
security definer -- auth.users is nobody's to read but the owner's
set search_path = ''
as $$
  select u.id from auth.users u where lower(u.email) = lower(user_of.email) and u.email_confirmed_at is not null limit 1
$$;
comment on function commerce.user_of(text) is 'The account with this e-mail address, if its owner has confirmed it; else null (a guest).';

-- sql/30-commerce/30-open_checkout.sql

create function commerce.open_checkout(email text, items jsonb) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_session uuid := gen_random_uuid();
  v_item record;
  v_total numeric := 0;
  v_currency text;
  v_items jsonb := '[]';
begin
  if open_checkout.email is null or open_checkout.email !~ '^[^@\s]+@[^@\s]+$' then
    raise exception 'an e-mail address is needed to open a checkout' using errcode = '22023', hint = 'Pass the buyer''s address, such as amina@example.com.';
  end if;
  if jsonb_typeof(items) is distinct from 'array' or jsonb_array_length(items) = 0 then
    raise exception 'a checkout needs at least one item' using errcode = '22023', hint = 'Pass items as [{"sku": "…", "quantity": 1}].';
  end if;
  if exists (
    select 1 from jsonb_array_elements(items) i
    where jsonb_typeof(i -> 'sku') is distinct from 'string'
      or jsonb_typeof(i -> 'quantity') is distinct from 'number'
      or (i ->> 'quantity')::numeric not between 1 and 100000
      or (i ->> 'quantity')::numeric % 1 <> 0
  ) then
    raise exception 'every item needs a sku and a whole quantity from 1 to 100000' using errcode = '22023', hint = 'Pass items as [{"sku": "…", "quantity": 1}].';
  end if;

  for v_item in
    select i.sku as asked, i.quantity, p.*
    from (select x ->> 'sku' as sku, sum((x ->> 'quantity')::numeric)::integer as quantity from jsonb_array_elements(items) x group by 1) i
    left join public.products p on p.sku = i.sku and p.active
    order by p.id nulls first
  loop
    if v_item.id is null then
      raise exception 'there is no product % on sale', v_item.asked using errcode = 'P0002', hint = 'Show the buyer the catalogue again.';
    end if;
    if v_currency <> v_item.currency then
      raise exception 'a checkout is in one currency; these items are in % and %', v_currency, v_item.currency
        using errcode = '22023', hint = 'Open one checkout for each currency.';
    end if;
    v_currency := v_item.currency;
    v_total := v_total + v_item.price_minor * v_item.quantity::bigint;
    v_items := v_items || to_jsonb(v_item);
  end loop;

  insert into public.checkout_sessions (id, email, user_id, total_minor, currency)
  values (v_session, lower(open_checkout.email), coalesce(auth.uid(), commerce.user_of(open_checkout.email)), v_total, v_currency);
  insert into public.checkout_items (checkout_session_id, product_id, quantity, sku, name, unit_price_minor)
  select v_session, i.id, i.quantity, i.sku, i.name, i.price_minor
  from jsonb_to_recordset(v_items) as i (id uuid, quantity integer, sku text, name text, price_minor bigint);

  -- Stock rows are locked in the order of their ids, here as everywhere.
  for v_item in
    select i.product_id, i.quantity from public.checkout_items i where i.checkout_session_id = v_session order by i.product_id
  loop
    perform commerce.reserve_stock(v_session, v_item.product_id, v_item.quantity);
  end loop;
  return v_session;
end
$$;
comment on function commerce.open_checkout(text, jsonb) is
  'Opens a checkout session for items [{"sku":"…","quantity":1}] at today''s prices and reserves their stock. Returns its id, which the provider''s object must name. Raises 22023 for bad input, P0002 for an unknown product, P0001 when sold out.';

-- sql/30-commerce/31-reserve_stock.sql

create function commerce.reserve_stock(checkout_session_id uuid, product_id uuid, quantity integer) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_product public.products;
begin
  update public.products p
  set stock = p.stock - reserve_stock.quantity
  where p.id = reserve_stock.product_id and (p.stock is null or p.stock >= reserve_stock.quantity)
  returning p.* into v_product;
  if not found then
    select p.* into v_product from public.products p where p.id = reserve_stock.product_id;
    raise exception '% is sold out: % asked for, % left', v_product.sku, reserve_stock.quantity, v_product.stock
      using errcode = 'P0001', hint = 'Ask the buyer to take fewer, or to come back: an unpaid checkout gives its stock back when it expires.';
  end if;
  if v_product.stock is not null then
    insert into public.stock_reservations (checkout_session_id, product_id, quantity)
    values (reserve_stock.checkout_session_id, reserve_stock.product_id, reserve_stock.quantity);
  end if;
end
$$;
comment on function commerce.reserve_stock(uuid, uuid, integer) is 'Sets stock aside for a checkout. Raises P0001 when there is not enough. Products whose stock is not counted need no reservation.';

-- sql/30-commerce/32-release_stock.sql

create function commerce.release_stock(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_reservation record;
begin
  for v_reservation in
    select r.id, r.product_id, r.quantity
    from public.stock_reservations r
    where r.checkout_session_id = release_stock.checkout_session_id and r.status = 'held'
    order by r.product_id
  loop
    update public.products p set stock = p.stock + v_reservation.quantity where p.id = v_reservation.product_id;
    update public.stock_reservations r set status = 'released' where r.id = v_reservation.id;
  end loop;
end
$$;
comment on function commerce.release_stock(uuid) is 'Puts what is held for a checkout back on sale. What was sold stays sold. The caller holds the checkout''s row.';

-- sql/30-commerce/33-hold_stock.sql

create function commerce.hold_stock(checkout_session_id uuid, outcome public.reservation_status default 'held') returns text[]
language plpgsql
set search_path = ''
as $$
declare
  v_reservation record;
  v_missing text[] := '{}';
begin
  for v_reservation in
    select r.id, r.product_id, r.quantity
    from public.stock_reservations r
    where r.checkout_session_id = hold_stock.checkout_session_id and r.status = 'released'
    order by r.product_id
  loop
    update public.products p set stock = p.stock - v_reservation.quantity
    where p.id = v_reservation.product_id and (p.stock is null or p.stock >= v_reservation.quantity);
    if found then
      update public.stock_reservations r set status = hold_stock.outcome where r.id = v_reservation.id;
    else
      v_missing := v_missing || (
        select format('%s × %s (%s left)', v_reservation.quantity, p.sku, p.stock) from public.products p where p.id = v_reservation.product_id
      );
    end if;
  end loop;
  return v_missing;
end
$$;
comment on function commerce.hold_stock(uuid, public.reservation_status) is
  'Takes back, where there is some, the stock that was released of a checkout. Returns in words what is missing. Never makes stock negative. The caller holds the checkout''s row.';

-- sql/30-commerce/34-take_stock.sql

create function commerce.take_stock(checkout_session_id uuid) returns text
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_missing text[];
begin
  update public.stock_reservations r set status = 'taken'
  where r.checkout_session_id = take_stock.checkout_session_id and r.status = 'held';

  -- The money came after its stock had been given back: take it again where there is some.
  v_missing := commerce.hold_stock(take_stock.checkout_session_id, 'taken');
  if v_missing <> '{}' then
    return format('Paid after its reservation had ended, and sold out since: %s. Restock and settle, or refund.', array_to_string(v_missing, ', '));
  end if;
  return null;
end
$$;
comment on function commerce.take_stock(uuid) is 'A checkout is paid: its reserved stock is sold. Returns null, or in words what is missing. Never makes stock negative.';

-- sql/30-commerce/35-make_order.sql

create function commerce.make_order(payment public.payments, checkout public.checkout_sessions) returns uuid
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_attention text;
  v_order uuid;
begin
  update public.checkout_sessions s set status = 'payment_completed', completed_at = now() where s.id = checkout.id;
  v_attention := commerce.take_stock(checkout.id);

  -- One statement, so that the order's message already sees its items.
  with made as (
    insert into public.orders (payment_id, checkout_session_id, user_id, email, status, total_minor, currency, attention_reason)
    values (
      payment.id, checkout.id, checkout.user_id, checkout.email,
      case when v_attention is null then 'confirmed' else 'needs_attention' end::public.order_status,
      checkout.total_minor, checkout.currency, v_attention
    )
    returning id
  ), items as (
    insert into public.order_items (order_id, product_id, quantity, sku, name, unit_price_minor)
    select made.id, i.product_id, i.quantity, i.sku, i.name, i.unit_price_minor
    from made, public.checkout_items i
    where i.checkout_session_id = checkout.id
  )
  select made.id into v_order from made;
  return v_order;
end
$$;
comment on function commerce.make_order(public.payments, public.checkout_sessions) is
  'A captured payment makes its one order: the checkout is completed and the reserved stock taken. When stock is gone the order needs_attention. The caller holds the rows of both.';

-- sql/30-commerce/36-review_reason.sql

create function commerce.review_reason(payment public.payments, checkout public.checkout_sessions) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_other bigint;
begin
  if payment.captured_at is null or payment.status = 'refunded' or payment.reviewed_at is not null
    or exists (select 1 from public.orders o where o.payment_id = payment.id) then
    return null;
  end if;
  if checkout.id is null then
    if exists (
      select 1 from public.membership_invoices i where i.provider = payment.provider and i.payment_ref = payment.provider_ref
    ) then
      return null; -- it paid a membership's bill, not a checkout
    end if;
    return 'It names no checkout session of ours. Find out what it is for, and refund it at the provider if nothing; or commerce.close_review.';
  end if;
  select o.number into v_other from public.orders o where o.checkout_session_id = checkout.id;
  if found then
    return format('Its checkout was already paid by another payment (order %s). Refund one of the two at the provider.', v_other);
  end if;
  if payment.currency <> checkout.currency or payment.amount_minor <> checkout.total_minor then
    return format(
      'Captured %s %s (minor units), but the checkout asks for %s %s. commerce.accept_payment fulfils it all the same; or refund it at the provider.',
      payment.amount_minor, payment.currency, checkout.total_minor, checkout.currency
    );
  end if;
  return null;
end
$$;
comment on function commerce.review_reason(public.payments, public.checkout_sessions) is
  'Why a captured payment may not be fulfilled without a person, in words; null when it may, or when there is nothing to decide (any more).';

-- sql/30-commerce/37-refresh_checkout.sql

create function commerce.refresh_checkout(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_checkout public.checkout_sessions;
  v_status public.checkout_status;
begin
  select s.* into v_checkout from public.checkout_sessions s where s.id = refresh_checkout.checkout_session_id for no key update;
  if not found or v_checkout.status = 'payment_completed' then
    return;
  end if;
  select case
    when v_checkout.expired_at is not null then 'expired'
    when bool_or(p.status = 'pending' or p.needs_review) then 'payment_pending'
    when bool_or(p.status = 'created') then 'open'
    when bool_or(p.status <> 'expired') then 'payment_failed'
    when bool_or(true) then 'expired'
    else 'open'
  end into v_status
  from public.payments p
  where p.checkout_session_id = v_checkout.id;

  if v_status <> v_checkout.status then
    update public.checkout_sessions s set status = v_status where s.id = v_checkout.id;
  end if;
  if v_status in ('payment_failed', 'expired') then
    perform commerce.release_stock(v_checkout.id);
  else
    perform commerce.hold_stock(v_checkout.id);
  end if;
end
$$;
comment on function commerce.refresh_checkout(uuid) is
  'Works out from its payments how a checkout without an order stands: money on its way holds its stock, a checkout that failed or expired gives it back.';

-- sql/30-commerce/38-lock_checkouts.sql

create function commerce.lock_checkouts(paid uuid[], unpaid uuid[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform 1
  from public.checkout_sessions s
  where s.id = any (paid || unpaid) and s.status <> 'payment_completed'
  order by s.id
  for no key update;
  -- A sale of what is held moves no stock row: buyers of one product need not queue for it.
  perform 1
  from public.products p
  where p.id in (
    select r.product_id
    from public.stock_reservations r
    where (r.checkout_session_id = any (paid || unpaid) and r.status = 'released')
      or (r.checkout_session_id = any (unpaid) and r.status = 'held')
  )
  order by p.id
  for no key update;
end
$$;
comment on function commerce.lock_checkouts(uuid[], uuid[]) is
  'Locks many checkouts, then the stock rows that paying or ending them may move, each by id, before the first is touched: one transaction for many would otherwise lock stock in the order of its checkouts, and deadlock with buyers.';

-- sql/30-commerce/40-apply_payment.sql

-- The one place that decides that a payment is captured.
-- What a row ends as depends on the set of facts only, not on their order: the highest status wins, the earliest capture, the latest failure,
-- and of two amounts for one status the one that the checkout asks for, else the greater.
create function commerce.apply_payment(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_status public.payment_status := split_part(fact ->> 'type', '.', 2);
  v_at timestamptz := fact ->> 'occurred_at';
  v_amount bigint := fact ->> 'amount_minor';
  v_currency text := fact ->> 'currency';
  v_named uuid := fact ->> 'checkout_session_id';
  v_old public.payments;
  v public.payments;
  v_checkout public.checkout_sessions;
begin
  select p.* into v_old
  from public.payments p
  where p.provider = apply_payment.provider and p.provider_ref = fact ->> 'provider_ref'
  for no key update;
  v := v_old;
  if v.id is null then
    v.id := ops.uuid7();
    v.provider := apply_payment.provider;
    v.provider_ref := fact ->> 'provider_ref';
    v.status := v_status;
    v.amount_minor := v_amount;
    v.currency := v_currency;
    v.refunded_minor := 0;
    v.needs_review := false;
  end if;
  select s.* into v_checkout from public.checkout_sessions s where s.id = coalesce(v.checkout_session_id, v_named) for no key update;
  v.checkout_session_id := v_checkout.id;
  v.user_id := v_checkout.user_id;

  if v_status > v.status then
    v.status := v_status;
    v.amount_minor := v_amount;
    v.currency := v_currency;
  elsif v_status = v.status or (v_status = 'captured' and v.status > 'captured') then
    if (v.amount_minor, v.currency) is distinct from (v_checkout.total_minor, v_checkout.currency)
      and ((v_amount, v_currency) = (v_checkout.total_minor, v_checkout.currency) or (v_amount, v_currency) > (v.amount_minor, v.currency)) then
      v.amount_minor := v_amount;
      v.currency := v_currency;
    end if;
  end if;
  if v_status = 'captured' then
    v.captured_at := least(v.captured_at, v_at);
  elsif v_status = 'failed' and (
    v.failed_at is null
    or (v_at, coalesce(fact ->> 'failure_code', ''), coalesce(fact ->> 'failure_message', ''))
      > (v.failed_at, coalesce(v.failure_code, ''), coalesce(v.failure_message, ''))
  ) then
    v.failed_at := v_at;
    v.failure_code := fact ->> 'failure_code';
    v.failure_message := fact ->> 'failure_message';
  end if;
  v.email := least(v.email, lower(fact ->> 'email'));
  v.customer_ref := least(v.customer_ref, fact ->> 'customer_ref');

  v.review_reason := commerce.review_reason(v, v_checkout);
  v.needs_review := v.review_reason is not null;

  if v_old.id is null then
    insert into public.payments (
      id, provider, provider_ref, checkout_session_id, user_id, status, amount_minor, currency, needs_review, review_reason, email, customer_ref,
      failure_code, failure_message, failed_at, captured_at
    )
    values (
      v.id, v.provider, v.provider_ref, v.checkout_session_id, v.user_id, v.status, v.amount_minor, v.currency,
      v.needs_review, v.review_reason, v.email, v.customer_ref, v.failure_code, v.failure_message, v.failed_at, v.captured_at
    );
  elsif v is distinct from v_old then
    update public.payments p
    set checkout_session_id = v.checkout_session_id, user_id = v.user_id, status = v.status, amount_minor = v.amount_minor,
        currency = v.currency, needs_review = v.needs_review, review_reason = v.review_reason, email = v.email, customer_ref = v.customer_ref,
        failure_code = v.failure_code, failure_message = v.failure_message, failed_at = v.failed_at, captured_at = v.captured_at
    where p.id = v.id;
  end if;

  if v_old.captured_at is not null and v is distinct from v_old then
    -- What was refunded in full of one amount may be refunded in part of another.
    perform commerce.refresh_payment(v.id);
    select p.* into v from public.payments p where p.id = v.id;
  end if;
  if v_checkout.id is null then
    return;
  end if;
  if v.captured_at is not null and not v.needs_review and v.reviewed_at is null and v.status <> 'refunded'
    and not exists (select 1 from public.orders o where o.payment_id = v.id) then
    perform commerce.make_order(v, v_checkout);
  else
    perform commerce.refresh_checkout(v_checkout.id);
  end if;
end
$$;
comment on function commerce.apply_payment(text, jsonb) is
  'Applies a payment.* fact: makes or moves the payment, and with it the checkout, its stock and its order. A captured amount or currency that differs from the checkout''s needs review and is not fulfilled.';

-- sql/30-commerce/41-payment_of.sql

create function commerce.payment_of(provider text, payment_ref text) returns public.payments
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
begin
  select p.* into v_payment
  from public.payments p
  where p.provider = payment_of.provider and p.provider_ref = payment_of.payment_ref
  for no key update;
  if v_payment.captured_at is null then
    perform inbox.park(
      payment_of.provider || '/payment/' || payment_of.payment_ref,
      format('Waits for the capture of payment %s, which has not come yet.', payment_of.payment_ref)
    );
  end if;
  return v_payment;
end
$$;
comment on function commerce.payment_of(text, text) is 'The captured payment a refund or dispute speaks of, locked. Parks the event when it has not been captured yet.';

-- sql/30-commerce/42-refresh_payment.sql

create function commerce.refresh_payment(payment_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_succeeded bigint;
  v_undone bigint;
  v_disputed boolean;
  v_refunded bigint;
  v_status public.payment_status;
  v_reason text;
begin
  select p.* into v_payment from public.payments p where p.id = refresh_payment.payment_id;
  select coalesce(sum(r.amount_minor) filter (where r.status = 'succeeded'), 0),
         coalesce(sum(r.amount_minor) filter (where r.status in ('failed', 'cancelled')), 0)
  into v_succeeded, v_undone
  from public.refunds r
  where r.payment_id = v_payment.id and r.currency = v_payment.currency;
  select exists (
    select 1 from public.disputes d where d.payment_id = v_payment.id and d.status in ('needs_response', 'under_review', 'lost')
  ) into v_disputed;

  -- The reported total knows refunds whose own events have not come, but also those that were undone since.
  v_refunded := greatest(v_succeeded, v_payment.reported_refunded_minor - v_undone);
  v_status := case
    when v_refunded > 0 and v_refunded >= v_payment.amount_minor then 'refunded'
    when v_disputed then 'disputed'
    when v_refunded > 0 then 'partially_refunded'
    else 'captured'
  end;
  v_payment.status := v_status;
  v_reason := commerce.review_reason(
    v_payment, (select s from public.checkout_sessions s where s.id = v_payment.checkout_session_id)
  );
  update public.payments p
  set refunded_minor = v_refunded, status = v_status, needs_review = v_reason is not null, review_reason = v_reason
  where p.id = v_payment.id and (p.refunded_minor, p.status, p.review_reason) is distinct from (v_refunded, v_status, v_reason);

  perform commerce.refresh_checkout(v_payment.checkout_session_id);

  update public.orders o
  set status = s.status
  from (
    select case
      when v_status = 'refunded' then 'refunded'
      when o2.attention_reason is not null then 'needs_attention'
      else 'confirmed'
    end::public.order_status as status
    from public.orders o2 where o2.payment_id = v_payment.id
  ) s
  where o.payment_id = v_payment.id and o.status <> s.status;
end
$$;
comment on function commerce.refresh_payment(uuid) is 'Recomputes what a captured payment and its order are, from its refunds and disputes. The caller holds the payment''s row.';

-- sql/30-commerce/43-apply_refund.sql

create function commerce.apply_refund(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments := commerce.payment_of(provider, fact ->> 'payment_ref');
  v_status public.refund_status := fact ->> 'status';
begin
  insert into public.refunds as r (payment_id, provider, provider_ref, status, amount_minor, currency, reason)
  values (v_payment.id, apply_refund.provider, fact ->> 'provider_ref', v_status, (fact ->> 'amount_minor')::bigint, fact ->> 'currency', fact ->> 'reason')
  on conflict on constraint a_provider_names_a_refund_once do update
  set status = greatest(excluded.status, r.status),
      amount_minor = case
        when excluded.status = r.status then greatest(excluded.amount_minor, r.amount_minor)
        when excluded.status > r.status then excluded.amount_minor
        else r.amount_minor
      end,
      reason = case
        when excluded.status = r.status then greatest(excluded.reason, r.reason)
        when excluded.status > r.status then coalesce(excluded.reason, r.reason)
        else coalesce(r.reason, excluded.reason)
      end
  where excluded.status > r.status or (excluded.status = r.status and (excluded.amount_minor > r.amount_minor or excluded.reason > r.reason))
    or r.reason is null;
  perform commerce.refresh_payment(v_payment.id);
end
$$;
comment on function commerce.apply_refund(text, jsonb) is 'Applies refund.updated: a refund only moves forward by rank. Parks until its payment is captured.';

-- sql/30-commerce/44-apply_refunded_total.sql

create function commerce.apply_refunded_total(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments := commerce.payment_of(provider, fact ->> 'payment_ref');
  v_total bigint := fact ->> 'refunded_minor';
begin
  update public.payments p set reported_refunded_minor = v_total
  where p.id = v_payment.id and p.reported_refunded_minor < v_total and p.currency = fact ->> 'currency';
  perform commerce.refresh_payment(v_payment.id);
end
$$;
comment on function commerce.apply_refunded_total(text, jsonb) is 'Applies payment.refunded: the total of refunds the provider speaks of, which only grows. Parks until the payment is captured.';

-- sql/30-commerce/45-apply_dispute.sql

create function commerce.apply_dispute(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments := commerce.payment_of(provider, fact ->> 'payment_ref');
begin
  insert into public.disputes as d (
    payment_id, provider, provider_ref, status, amount_minor, currency, reason, evidence_due_at, as_of, as_of_event
  )
  values (
    v_payment.id, apply_dispute.provider, fact ->> 'provider_ref', (fact ->> 'status')::public.dispute_status, (fact ->> 'amount_minor')::bigint,
    fact ->> 'currency', fact ->> 'reason', (fact ->> 'evidence_due_at')::timestamptz, (fact ->> 'occurred_at')::timestamptz, apply_dispute.event_id
  )
  on conflict on constraint a_provider_names_a_dispute_once do update
  set status = excluded.status, amount_minor = excluded.amount_minor, currency = excluded.currency, reason = excluded.reason,
      evidence_due_at = excluded.evidence_due_at, as_of = excluded.as_of, as_of_event = excluded.as_of_event
  -- Within one second the further status is the later one.
  where (excluded.as_of, excluded.status, excluded.as_of_event) > (d.as_of, d.status, d.as_of_event);
  perform commerce.refresh_payment(v_payment.id);
end
$$;
comment on function commerce.apply_dispute(text, text, jsonb) is 'Applies dispute.updated: the newest news wins. Parks until its payment is captured.';

-- sql/30-commerce/46-apply_checkout_expired.sql

create function commerce.apply_checkout_expired(fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_checkout uuid := fact ->> 'checkout_session_id';
begin
  update public.checkout_sessions s
  set expired_at = least(s.expired_at, (fact ->> 'occurred_at')::timestamptz)
  where s.id = v_checkout and s.expired_at is distinct from least(s.expired_at, (fact ->> 'occurred_at')::timestamptz);
  perform commerce.refresh_checkout(v_checkout);
end
$$;
comment on function commerce.apply_checkout_expired(jsonb) is 'Applies checkout.expired: the provider''s page closed unpaid; the stock goes back. One that names no checkout of ours changes nothing.';

-- sql/30-commerce/47-apply_customer.sql

create function commerce.apply_customer(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.customers as c (provider, provider_ref, email, name, phone, user_id, as_of, as_of_event)
  values (
    apply_customer.provider, fact ->> 'provider_ref', lower(fact ->> 'email'), fact ->> 'name', fact ->> 'phone',
    commerce.user_of(fact ->> 'email'), (fact ->> 'occurred_at')::timestamptz, apply_customer.event_id
  )
  on conflict on constraint a_provider_names_a_customer_once do update
  set email = excluded.email, name = excluded.name, phone = excluded.phone, user_id = excluded.user_id,
      as_of = excluded.as_of, as_of_event = excluded.as_of_event
  where (excluded.as_of, excluded.as_of_event) > (c.as_of, c.as_of_event);

  -- Memberships may have come before their customer.
  update public.memberships m
  set user_id = community.member_of(m.provider, m.customer_ref, m.email)
  where m.provider = apply_customer.provider
    and m.customer_ref = fact ->> 'provider_ref'
    and m.user_id is distinct from community.member_of(m.provider, m.customer_ref, m.email);
end
$$;
comment on function commerce.apply_customer(text, text, jsonb) is 'Applies customer.updated: the newest news wins. Memberships of the customer find their member.';

-- sql/30-commerce/48-apply_product.sql

create function commerce.apply_product(provider text, event_id text, fact jsonb) returns void
language sql
set search_path = ''
begin atomic
  update public.products p
  set name = fact ->> 'name', description = fact ->> 'description', active = (fact ->> 'active')::boolean,
      as_of = (fact ->> 'occurred_at')::timestamptz, as_of_event = apply_product.event_id
  where p.sku = fact ->> 'sku'
    and (p.as_of is null or ((fact ->> 'occurred_at')::timestamptz, apply_product.event_id) > (p.as_of, p.as_of_event));
end;
comment on function commerce.apply_product(text, text, jsonb) is
  'Applies product.updated to our product of that sku: name, description, on sale or not; never price or stock. The newest news wins. One that names no sku of ours changes nothing.';

-- sql/30-commerce/50-expire_checkouts.sql

create function commerce.expire_checkouts(at_most integer default 500) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_checkouts uuid[];
  v_checkout uuid;
begin
  select coalesce(array_agg(c.id), '{}') into v_checkouts
  from (
    select s.id
    from public.checkout_sessions s
    where s.status = 'open' and s.expires_at < now()
    order by s.expires_at
    limit at_most
    for no key update skip locked
  ) c;
  perform commerce.lock_checkouts('{}', v_checkouts);
  foreach v_checkout in array v_checkouts loop
    update public.checkout_sessions s set expired_at = now() where s.id = v_checkout;
    perform commerce.refresh_checkout(v_checkout);
  end loop;
  return cardinality(v_checkouts);
end
$$;
comment on function commerce.expire_checkouts(integer) is
  'Expires open checkouts past their time and gives their stock back. Run by cron. One whose money is on its way (payment_pending) or came and needs review waits.';

-- sql/30-commerce/51-accept_payment.sql

create function commerce.accept_payment(payment_id uuid) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_checkout public.checkout_sessions;
begin
  select p.* into v_payment from public.payments p where p.id = accept_payment.payment_id for no key update;
  if v_payment.needs_review is distinct from true then
    raise exception 'payment % does not need review', accept_payment.payment_id using hint = 'select * from public.payments where needs_review';
  end if;
  select s.* into v_checkout from public.checkout_sessions s where s.id = v_payment.checkout_session_id for no key update;
  if v_checkout.id is null or v_checkout.status = 'payment_completed' then
    raise exception 'payment % has no checkout that could become an order', accept_payment.payment_id
      using hint = 'Refund it at the provider; the refund''s webhook then closes it here. Or commerce.close_review, when it is to be kept.';
  end if;
  update public.payments p set needs_review = false, review_reason = null, reviewed_at = now() where p.id = v_payment.id;
  return commerce.make_order(v_payment, v_checkout);
end
$$;
comment on function commerce.accept_payment(uuid) is 'A person accepts a payment whose amount or currency differs: its order is made after all. Returns the order''s id.';

-- sql/30-commerce/52-settle_order.sql

create function commerce.settle_order(order_id uuid, without_stock boolean default false) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_order public.orders;
  v_missing text;
begin
  select o.* into v_order from public.orders o where o.id = settle_order.order_id and o.attention_reason is not null for no key update;
  if not found then
    raise exception 'order % does not need attention', settle_order.order_id using hint = 'select * from public.orders where status = ''needs_attention''';
  end if;
  if v_order.status <> 'refunded' then
    v_missing := commerce.take_stock(v_order.checkout_session_id);
  end if;
  if v_missing is not null and not settle_order.without_stock then
    raise exception 'its stock is still missing: %', v_missing
      using hint = 'Raise products.stock first; or pass without_stock => true when the buyer was told, or gets it another way.';
  end if;
  update public.orders o
  set attention_reason = null, status = case when o.status = 'needs_attention' then 'confirmed' else o.status end
  where o.id = v_order.id;
end
$$;
comment on function commerce.settle_order(uuid, boolean) is
  'A person has settled what an order needed attention for: select commerce.settle_order(''<id>''). Takes the stock that was found meanwhile; without_stock: settled all the same.';

-- sql/30-commerce/53-close_review.sql

create function commerce.close_review(payment_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
begin
  update public.payments p set needs_review = false, review_reason = null, reviewed_at = now()
  where p.id = close_review.payment_id and p.needs_review
  returning p.* into v_payment;
  if not found then
    raise exception 'payment % does not need review', close_review.payment_id using hint = 'select * from public.payments where needs_review';
  end if;
  perform commerce.refresh_checkout(v_payment.checkout_session_id);
end
$$;
comment on function commerce.close_review(uuid) is 'A person has looked at a payment: it is known what it is for, and there is nothing to fulfil here. It is kept, and not reviewed again.';

-- sql/60-community/00-schema.sql

create schema community;
comment on schema community is 'The rules about memberships. The tables are in public.';

create type public.membership_status as enum ('incomplete', 'trialing', 'active', 'past_due', 'paused', 'cancelled', 'expired');
comment on type public.membership_status is 'trialing, active and past_due are members; the others are not (yet, or any more).';
create type public.invoice_outcome as enum ('failed', 'paid');
comment on type public.invoice_outcome is 'In the order of rank: an invoice that could not be collected may still be paid.';

-- sql/60-community/10-memberships.sql

create table public.memberships (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  provider_ref text not null,
  status public.membership_status not null,
  email text,
  user_id uuid,
  customer_ref text,
  product_ref text,
  current_period_start timestamptz,
  current_period_end timestamptz,
  cancel_at_period_end boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  as_of timestamptz not null,
  as_of_event text not null,

  constraint a_provider_names_a_membership_once unique (provider, provider_ref)
);
create index memberships_by_user on public.memberships (user_id);

alter table public.memberships enable row level security;
create policy "members read their own membership" on public.memberships for select to authenticated using (user_id = (select auth.uid()));

create trigger touch before update on public.memberships for each row execute function ops.touch_updated_at();
create trigger tell_the_world after insert or update or delete on public.memberships for each row execute function outbox.capture_change();

comment on table public.memberships is 'Subscriptions and community memberships, one row per subscription or membership at the provider.';
comment on column public.memberships.product_ref is 'The provider''s id of what it is for (a price, plan or product).';
comment on column public.memberships.as_of is 'When the provider''s record was as it is here; older news is not applied.';
comment on column public.memberships.as_of_event is 'The provider''s id of the event it is from: decides between two of one moment.';

-- sql/60-community/11-membership_invoices.sql

create table public.membership_invoices (
  id uuid primary key default ops.uuid7(),
  membership_id uuid not null,
  provider text not null,
  provider_ref text not null,
  outcome public.invoice_outcome not null,
  amount_minor bigint not null,
  currency text not null,
  payment_ref text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_provider_names_an_invoice_once unique (provider, provider_ref),
  constraint an_invoice_is_of_a_membership foreign key (membership_id) references public.memberships (id) on delete cascade,
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$')
);
create index membership_invoices_by_membership on public.membership_invoices (membership_id);
create index membership_invoices_by_payment on public.membership_invoices (provider, payment_ref) where payment_ref is not null;

alter table public.membership_invoices enable row level security;

create trigger touch before update on public.membership_invoices for each row execute function ops.touch_updated_at();
create trigger tell_the_world after insert or update or delete on public.membership_invoices for each row execute function outbox.capture_change();

comment on table public.membership_invoices is 'The periodic bills of memberships.';
comment on column public.membership_invoices.provider_ref is 'The provider''s id of the invoice.';
comment on column public.membership_invoices.amount_minor is 'In minor units: paid, or asked for.';
comment on column public.membership_invoices.payment_ref is 'The provider''s id of the payment that paid it, where it says.';

-- sql/60-community/19-member_of.sql

create function community.member_of(provider text, customer_ref text, email text) returns uuid
language sql stable
set search_path = ''
begin atomic
  select commerce.user_of(coalesce(
    member_of.email,
    (select c.email from public.customers c where c.provider = member_of.provider and c.provider_ref = member_of.customer_ref)
  ));
end;
comment on function community.member_of(text, text, text) is 'Whose account a membership belongs to: by its own e-mail address, else by its customer''s. Null: not known (yet).';

-- sql/60-community/20-apply_membership.sql

create function community.apply_membership(provider text, event_id text, fact jsonb) returns void
language sql
set search_path = ''
begin atomic
  insert into public.memberships as m (
    provider, provider_ref, status, email, user_id, customer_ref, product_ref, current_period_start, current_period_end,
    cancel_at_period_end, as_of, as_of_event
  )
  values (
    apply_membership.provider, fact ->> 'provider_ref', (fact ->> 'status')::public.membership_status, lower(fact ->> 'email'),
    community.member_of(apply_membership.provider, fact ->> 'customer_ref', fact ->> 'email'),
    fact ->> 'customer_ref', fact ->> 'product_ref', (fact ->> 'current_period_start')::timestamptz,
    (fact ->> 'current_period_end')::timestamptz, (fact ->> 'cancel_at_period_end')::boolean, (fact ->> 'occurred_at')::timestamptz,
    apply_membership.event_id
  )
  on conflict on constraint a_provider_names_a_membership_once do update
  set status = excluded.status, email = excluded.email, user_id = excluded.user_id, customer_ref = excluded.customer_ref,
      product_ref = excluded.product_ref, current_period_start = excluded.current_period_start,
      current_period_end = excluded.current_period_end, cancel_at_period_end = excluded.cancel_at_period_end,
      as_of = excluded.as_of, as_of_event = excluded.as_of_event
  -- Within one second the further status is the later one: a cancellation does not lose to an update.
  where (excluded.as_of, excluded.status, excluded.as_of_event) > (m.as_of, m.status, m.as_of_event);
end;
comment on function community.apply_membership(text, text, jsonb) is 'Applies membership.updated: the newest news wins.';

-- sql/60-community/21-apply_invoice.sql

create function community.apply_invoice(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_membership uuid;
begin
  select m.id into v_membership from public.memberships m
  where m.provider = apply_invoice.provider and m.provider_ref = fact ->> 'provider_ref';
  if v_membership is null then
    perform inbox.park(
      apply_invoice.provider || '/membership/' || (fact ->> 'provider_ref'),
      format('Waits for membership %s, of which nothing has come yet.', fact ->> 'provider_ref')
    );
  end if;
  insert into public.membership_invoices as i (membership_id, provider, provider_ref, outcome, amount_minor, currency, payment_ref)
  values (
    v_membership, apply_invoice.provider, fact ->> 'invoice_ref', (fact ->> 'outcome')::public.invoice_outcome,
    (fact ->> 'amount_minor')::bigint, fact ->> 'currency', fact ->> 'payment_ref'
  )
  on conflict on constraint a_provider_names_an_invoice_once do update
  set outcome = greatest(excluded.outcome, i.outcome),
      amount_minor = case
        when excluded.outcome = i.outcome then greatest(excluded.amount_minor, i.amount_minor)
        when excluded.outcome > i.outcome then excluded.amount_minor
        else i.amount_minor
      end,
      payment_ref = case
        when excluded.outcome = i.outcome then greatest(excluded.payment_ref, i.payment_ref)
        when excluded.outcome > i.outcome then coalesce(excluded.payment_ref, i.payment_ref)
        else coalesce(i.payment_ref, excluded.payment_ref)
      end;

  -- What paid a membership's bill needs no checkout.
  update public.payments p set needs_review = false, review_reason = null
  where p.provider = apply_invoice.provider and p.provider_ref = fact ->> 'payment_ref'
    and p.checkout_session_id is null and p.needs_review;
end
$$;
comment on function community.apply_invoice(text, text, jsonb) is 'Applies membership.billed. Parks until the membership is known.';

-- sql/70-realtime/10-policies.sql

create policy "people hear their own topic" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) = 'user:' || (select auth.uid())::text);

-- sql/70-realtime/20-tell_owner.sql

create function ops.tell_owner() returns trigger
language plpgsql
security definer -- realtime.messages takes rows from nobody else
set search_path = ''
as $$
begin
  perform realtime.broadcast_changes('user:' || new.user_id, tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
  return null;
exception when others then
  -- Realtime is the fast path, never the truth: it may not cost anybody an order.
  raise warning 'Realtime did not take a change of %.%: %', tg_table_schema, tg_table_name, sqlerrm;
  return null;
end
$$;
comment on function ops.tell_owner() is 'Row trigger: sends the change to the private topic user:<user_id>, event INSERT or UPDATE, payload {operation, table, schema, record, old_record}.';

create trigger tell_owner after insert or update on public.orders
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.payments
for each row when (new.user_id is not null) execute function ops.tell_owner();

-- sql/70-realtime/30-publication.sql

-- What the Flutter app streams.
alter publication supabase_realtime add table public.orders, public.payments;

-- sql/80-ops/10-tidy.sql

create function ops.tidy() returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from cron.job_run_details d where d.end_time < now() - interval '1 day';
  delete from outbox.couriers c where c.started_at < now() - interval '1 day';
  delete from inbox.rejections r where r.minute < now() - interval '90 days';
end
$$;
comment on function ops.tidy() is 'Removes what nobody looks at any more: cron''s run log and courier runs after a day, rejections after 90. Run by cron.';

-- sql/80-ops/20-attention.sql

create view ops.attention with (security_invoker = on) as
  select 'event failed' as what, e.id::text as id, e.provider || ' ' || e.type as which, e.error as why, e.received_at as since,
    format('select inbox.retry(%L)', e.id) as remedy
  from inbox.events e where e.status in ('failed', 'dead')
  union all
  select 'event parked for over an hour', e.id::text, e.provider || ' ' || e.type, e.error, e.received_at, format('select inbox.retry(%L)', e.id)
  from inbox.events e where e.status = 'parked' and e.received_at < now() - interval '1 hour'
  union all
  select 'payment needs review', p.id::text, p.provider || ' ' || p.provider_ref, p.review_reason, p.created_at,
    case
      when p.review_reason like '%accept_payment%' then format('select commerce.accept_payment(%L)', p.id)
      else format('select commerce.close_review(%L)', p.id)
    end
  from public.payments p where p.needs_review
  union all
  select 'order needs attention', o.id::text, 'order ' || o.number, o.attention_reason, o.created_at, format('select commerce.settle_order(%L, without_stock => true)', o.id)
  from public.orders o where o.status = 'needs_attention'
  union all
  select 'delivery dead', d.id::text, m.type || ' to ' || d.destination, d.last_error, d.settled_at, format('select outbox.retry(%s)', d.id)
  from outbox.deliveries d join outbox.messages m on m.id = d.message_id where d.status = 'dead'
  union all
  select 'destination paused', t.name, t.name, t.paused_reason, t.paused_at, format('select outbox.resume(%L)', t.name)
  from outbox.destinations t where t.paused_at is not null
  union all
  select 'destination held', t.name, t.name, t.held_reason, t.held_until, 'goes on by itself; see why'
  from outbox.destinations t where t.held_until > now();
comment on view ops.attention is 'Everything that waits for a person: what, why, since when, and the statement that takes it further. select * from ops.attention order by since';

-- sql/80-ops/30-jobs.sql

select cron.schedule('signalbox: ring the doorbell for what is due', '5 seconds', 'select outbox.ring_if_due()');
select cron.schedule('signalbox: retry failed and parked events', '30 seconds', 'select inbox.retry_due()');
select cron.schedule('signalbox: expire unpaid checkouts', '* * * * *', 'select commerce.expire_checkouts()');
select cron.schedule('signalbox: tidy', '17 * * * *', 'select ops.tidy()');

-- sql/90-grants/grants.sql

-- The whole of what others than the owner may do. Row level security then decides on rows.
-- tests/database/grants proves that there is nothing else.

revoke all on all functions in schema ops, inbox, outbox, commerce, community from public;

-- The catalogue is everybody's.
grant select on public.products to anon, authenticated;

-- Buyers and members read what is theirs.
grant select on public.customers, public.checkout_sessions, public.checkout_items, public.payments, public.refunds,
  public.orders, public.order_items, public.memberships to authenticated;

-- The service key reads the business over the Data API; changes go through functions.
grant select on public.customers, public.products, public.checkout_sessions, public.checkout_items, public.stock_reservations,
  public.payments, public.refunds, public.disputes, public.orders, public.order_items, public.memberships, public.membership_invoices
  to service_role;
