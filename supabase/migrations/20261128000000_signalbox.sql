set local check_function_bodies = off;

-- sql/00-base/00-extensions.sql

create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_net with schema extensions;
create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists supabase_vault with schema vault;

-- sql/00-base/01-ops.sql

create schema ops;
comment on schema ops is
  'What admins and operators use: overviews, repairs, and the small helpers every other schema shares.';

-- sql/00-base/13-admins.sql

create table public.admins (
  user_id uuid primary key,
  note text,
  created_at timestamptz not null default now()
);

alter table public.admins enable row level security;

comment on table public.admins is
  'Which accounts are admins: insert into public.admins (user_id, note) select id, ''the owner'' from auth.users where '
  'email = ''…''. Takes effect at once, and so does deleting the row.';
comment on column public.admins.user_id is 'The account (auth.users).';

-- sql/00-base/20-quotas.sql

create table ops.quotas (
  what text primary key,
  per_hour integer not null,
  description text not null,

  constraint a_quota_allows_something check (per_hour > 0)
);
alter table ops.quotas enable row level security;

comment on table ops.quotas is
  'How many rows of a table one account may write in an hour: update ops.quotas set per_hour = 50 where what = '
  '''public.error_reports''. Admins, the service key and SQL are not limited.';
comment on column ops.quotas.what is 'A table with the trigger ops.enforce_quota.';

insert into ops.quotas (what, per_hour, description) values
  ('public.error_reports', 60, 'What an app reports by itself.'),
  ('public.student_questions', 20, 'Questions of students.'),
  ('public.support_tickets', 10, 'Tickets.'),
  ('public.ticket_replies', 60, 'Replies to tickets.'),
  ('public.cohort_messages', 60, 'Messages in a cohort.'),
  ('public.text_versions', 120, 'Changes of questions and messages.'),
  ('public.appointments', 10, 'Requests for a talk.');

-- sql/00-base/21-quota_usage.sql

create table ops.quota_usage (
  user_id uuid not null,
  what text not null,
  hour timestamptz not null,
  count integer not null,

  primary key (user_id, what, hour),
  constraint usage_is_of_a_quota foreign key (what) references ops.quotas (what) on update cascade on delete cascade
);
create index quota_usage_by_hour on ops.quota_usage (hour);
create index quota_usage_by_what on ops.quota_usage (what);
alter table ops.quota_usage enable row level security;

comment on table ops.quota_usage is
  'What each account wrote in an hour, counted for ops.quotas. Deleting a row gives nothing back.';
comment on column ops.quota_usage.hour is 'The full hour, UTC.';

-- sql/00-base/enforce_quota.sql

create function ops.enforce_quota() returns trigger
language plpgsql
security definer -- the writer of a row has no right to read or change the counters
set search_path = ''
as $$
declare
  v_user uuid := auth.uid();
  v_what text := tg_table_schema || '.' || tg_table_name;
  v_allowed integer;
  v_count integer;
begin
  -- SQL, the service key and admins are trusted.
  if v_user is null or ops.is_admin() then
    return new;
  end if;
  select q.per_hour into v_allowed from ops.quotas q where q.what = v_what;
  if not found then
    return new;
  end if;
  insert into ops.quota_usage as u (user_id, what, hour, count)
  values (v_user, v_what, date_trunc('hour', now()), 1)
  on conflict (user_id, what, hour) do update set count = u.count + 1
  returning u.count into v_count;
  if v_count > v_allowed then
    -- PostgREST answers PTxyz with the status xyz: 429 Too Many Requests.
    raise exception 'too many: an account may write % rows of % an hour', v_allowed, tg_table_name
      using errcode = 'PT429', detail = 'quota_exceeded',
        hint = format('Try again after %s.', ops.iso_utc(date_trunc('hour', now()) + interval '1 hour'));
  end if;
  return new;
end
$$;
comment on function ops.enforce_quota() is
  'Row trigger: refuses what an account writes beyond ops.quotas. Raises PT429, which the Data API answers as 429; '
  'detail: quota_exceeded.';

-- sql/00-base/is_admin.sql

-- A table and not a claim in the token: a token lives for an hour, and a removed admin must lose access at once.
create function ops.is_admin() returns boolean
language plpgsql stable
security definer -- policies call it for every reader, but only admins may read the list of admins
set search_path = ''
as $$
begin
  return exists (select 1 from public.admins a where a.user_id = auth.uid());
end
$$;
comment on function ops.is_admin() is 'Whether the caller is an admin. For policies.';

create policy "admins read who is one" on public.admins for select to authenticated using ((select ops.is_admin()));

-- sql/00-base/iso_utc.sql

create function ops.iso_utc(moment timestamptz) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
end
$$;
comment on function ops.iso_utc(timestamptz) is
  'A timestamp as ISO 8601 in UTC with milliseconds, the format of all messages.';

-- sql/00-base/money.sql

create function ops.money(amount_minor bigint, currency text) returns text
language sql immutable parallel safe
set search_path = ''
return case
  when upper(currency) in ('BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') then amount_minor::text
  when upper(currency) in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then
    to_char(amount_minor / 1000.0, 'FM9999999999999990.000')
  else to_char(amount_minor / 100.0, 'FM9999999999999990.00')
end || ' ' || upper(currency);
comment on function ops.money(bigint, text) is
  'An amount in minor units as people write it: 24.50 EUR, 15000 XAF. Decimals as in ISO 4217 and facts/money.ts.';

-- sql/00-base/my_email.sql

-- For policies. Like commerce.user_of, it leaves no dependency on auth.users.
create function ops.my_email() returns text
language plpgsql stable
security definer -- only the owner may read auth.users
set search_path = ''
as $$
begin
  return (select lower(u.email) from auth.users u where u.id = auth.uid() and u.email_confirmed_at is not null);
end
$$;
comment on function ops.my_email() is 'The confirmed e-mail address of the caller, in lower case. Null: there is none.';

-- sql/00-base/touch_updated_at.sql

create function ops.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function ops.touch_updated_at() is
  'Trigger: sets updated_at to the time of the change, whoever writes the row.';

-- sql/00-base/uuid7.sql

-- Time-ordered ids keep the indexes of growing tables dense and make "newest first" a sort by id (RFC 9562, version 7).
-- Postgres 18 has this built in; hosted Supabase runs 15 and 17. plpgsql, as a SQL function would be planned at every
-- call.
create function ops.uuid7() returns uuid
language plpgsql volatile parallel safe
set search_path = ''
as $$
declare
  v_milliseconds bigint := date_part('epoch', clock_timestamp()) * 1000;
begin
  return encode(
    set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing substring(int8send(v_milliseconds) from 3)
      from 1 for 6), 52, 1), 53, 1),
    'hex'
  )::uuid;
end
$$;
comment on function ops.uuid7() is 'A new time-ordered uuid (version 7).';

-- sql/10-inbox/00-schema.sql

create schema inbox;
comment on schema inbox is
  'Received webhooks: archived, deduplicated and applied to the business tables in one transaction.';

-- sql/10-inbox/01-types.sql

create type inbox.event_status as enum ('applied', 'ignored', 'parked', 'failed', 'dead');
comment on type inbox.event_status is
  'applied: its facts are in the business tables. ignored: it holds no fact. parked: it refers to something that is '
  'not here yet. failed: authentic, but reading or applying it raised an error; retried. dead: no more retries; an '
  'admin decides.';

create type inbox.event_trust as enum ('signed', 'confirmed', 'unconfirmed');
comment on type inbox.event_trust is
  'signed: its signature is valid. confirmed: the provider''s API confirmed it. unconfirmed: stored, never applied.';

-- sql/10-inbox/10-tables/10-events.sql

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
  account text,
  livemode boolean,
  not_ours text,
  body text not null,
  confirmation text,
  headers jsonb not null default '{}',
  facts jsonb,

  constraint an_event_is_received_once unique (provider, provider_event_id),
  constraint a_parked_event_says_what_it_waits_for check ((status = 'parked') = (waiting_for is not null)),
  constraint a_failed_event_says_why check (status not in ('failed', 'dead') or error is not null),
  constraint an_applied_event_says_when check ((status = 'applied') = (applied_at is not null)),
  constraint what_is_not_ours_is_ignored check (not_ours is null or status = 'ignored'),
  constraint an_unconfirmed_event_is_not_applied check (not (trust = 'unconfirmed' and status = 'applied')),
  constraint facts_are_a_list check (facts is null or jsonb_typeof(facts) = 'array')
);

create index events_waiting on inbox.events (waiting_for) where status = 'parked';
create index events_to_retry on inbox.events (next_attempt_at) where status in ('parked', 'failed');
create index events_to_confirm on inbox.events (next_attempt_at) where trust = 'unconfirmed'
  and next_attempt_at is not null;
create index events_not_ours on inbox.events (received_at) where not_ours is not null;
create index events_unsettled on inbox.events (id) where status in ('failed', 'dead', 'parked');
create index events_by_time on inbox.events (received_at);

alter table inbox.events enable row level security;

comment on table inbox.events is
  'Every authentic webhook, archived byte for byte, and its status. One row per (provider, provider_event_id), however '
  'often it is received.';
comment on column inbox.events.type is 'The provider''s name for the type of event.';
comment on column inbox.events.occurred_at is 'When it happened by the provider''s clock.';
comment on column inbox.events.attempts is 'How often applying it was attempted.';
comment on column inbox.events.next_attempt_at is
  'When a parked or failed event is retried (inbox.retry_due, by cron), or the provider is asked again about an '
  'unconfirmed one (by the courier).';
comment on column inbox.events.error is 'Why it failed, or what it is parked for.';
comment on column inbox.events.waiting_for is
  'The key of the object that it refers to and that is not here yet; the event is applied when that object arrives.';
comment on column inbox.events.provider_event_id is
  'The provider''s id of the event: the key by which duplicates are dropped.';
comment on column inbox.events.subject is
  'The provider''s id of the object it is about. Events of one subject are forwarded in the order in which they were '
  'received.';
comment on column inbox.events.account is
  'The provider''s id of the account the event belongs to, if the event names it.';
comment on column inbox.events.livemode is 'Whether it happened with real money, if the event says so.';
comment on column inbox.events.not_ours is
  'Why it does not belong to this project: it is of another account, or a test event where live ones count. Stored, '
  'never applied or forwarded; inbox.retry applies it all the same.';
comment on column inbox.events.body is 'The raw body, byte for byte: forwarding re-signs exactly this text.';
comment on column inbox.events.confirmation is
  'What the provider''s API answered when it was asked about this event, as text. Set: the facts are read from this, '
  'not from the body.';
comment on column inbox.events.headers is 'Request headers worth keeping. None of them holds a secret.';
comment on column inbox.events.facts is
  'What it says, as facts (functions/_shared/facts/facts.ts). Null: reading it raised an error; the courier reads it '
  'again.';

-- sql/10-inbox/10-tables/11-rejections.sql

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

comment on table inbox.rejections is
  'Rejected requests and the reason, counted per minute. No body of an unauthentic request is stored.';
comment on column inbox.rejections.reason is 'The error code in the response.';
comment on column inbox.rejections.sample is 'The latest one: sizes and header names, redacted.';

-- sql/10-inbox/10-tables/12-providers.sql

create table inbox.providers (
  name text primary key,
  reconcile boolean not null default true,
  can_refund boolean not null default false,
  reconciled_until timestamptz not null default now(),
  created_at timestamptz not null default now(),

  constraint a_name_is_lower_case check (name ~ '^[a-z][a-z0-9_]*$')
);

alter table inbox.providers enable row level security;

comment on table inbox.providers is
  'The providers that send us webhooks, for the reconciler. To add one: docs/guides/add_a_provider.md.';
comment on column inbox.providers.reconcile is
  'Whether the reconciler regularly asks its API for events (functions/_shared/providers/<name>/history.ts).';
comment on column inbox.providers.can_refund is
  'Whether its API can refund (refundPayment in functions/_shared/providers/<name>/gateway.ts). Checked by '
  'commerce.request_refund.';
comment on column inbox.providers.reconciled_until is
  'Everything before this time was reconciled. The next run looks back three days further, because the API may list an '
  'event late.';

-- sql/10-inbox/10-tables/13-reconciliations.sql

create table inbox.reconciliations (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  since timestamptz not null,
  until timestamptz not null,
  looked_at integer not null default 0,
  missed integer not null default 0,
  healed integer not null default 0,
  tries integer not null default 0,
  started_at timestamptz not null default now(),
  completed_at timestamptz,
  remark text,

  constraint a_reconciliation_asks_a_provider foreign key (provider) references inbox.providers (name)
  on update cascade,
  constraint it_looks_forward check (since <= until),
  constraint no_more_is_healed_than_was_missed check (healed between 0 and missed)
);
create index reconciliations_by_provider on inbox.reconciliations (provider, started_at);

alter table inbox.reconciliations enable row level security;

comment on table inbox.reconciliations is
  'Runs of the reconciler: what a provider''s API was asked for, and which events were missing here.';
comment on column inbox.reconciliations.since is 'Start of the period, by the provider''s clock.';
comment on column inbox.reconciliations.until is
  'End of the period: some minutes ago, so that a webhook that is still in transit does not count as missed.';
comment on column inbox.reconciliations.looked_at is
  'How many events, or objects that events are about, the provider listed.';
comment on column inbox.reconciliations.missed is 'How many of them were missing here.';
comment on column inbox.reconciliations.healed is
  'How many of the missing were received now, as confirmed. The others are in inbox.events as failed.';
comment on column inbox.reconciliations.tries is
  'How often it was started: an interrupted run is retried on the courier''s schedule.';
comment on column inbox.reconciliations.completed_at is
  'When the whole period was reconciled. Null: not yet, see remark.';
comment on column inbox.reconciliations.remark is 'Why it is not complete, or why there was nothing to ask for.';

-- sql/10-inbox/10-tables/14-inquiries.sql

create table inbox.inquiries (
  provider text not null,
  ref text not null,
  times integer not null default 1,
  next_at timestamptz not null,

  constraint a_payment_is_asked_about_in_one_row primary key (provider, ref)
);

alter table inbox.inquiries enable row level security;

comment on table inbox.inquiries is
  'Pending payments and undecided facts that the provider was asked about one by one, and when it is asked again: at '
  'growing intervals.';
comment on column inbox.inquiries.ref is 'The provider''s id of the payment, approval or other object.';

-- sql/10-inbox/10-tables/15-latest_facts.sql

create table inbox.latest_facts (
  provider text not null,
  thing text not null,
  moment timestamptz not null,
  facts jsonb not null,
  undecided boolean not null default false,
  updated_at timestamptz not null default now(),

  constraint what_was_last_said_of_a_thing_is_one_row primary key (provider, thing),
  constraint facts_are_a_list check (jsonb_typeof(facts) = 'array')
);
create index latest_facts_undecided on inbox.latest_facts (provider, updated_at) where undecided;
create index latest_facts_by_time on inbox.latest_facts (updated_at);

alter table inbox.latest_facts enable row level security;

comment on table inbox.latest_facts is
  'The latest facts of customers, memberships, products and disputes. Where several facts have the same time, '
  'inbox.latest_of decides from all of them which is the latest.';
comment on column inbox.latest_facts.thing is 'Its kind and the provider''s id of it: membership/sub_1.';
comment on column inbox.latest_facts.moment is
  'When the latest fact happened, by the provider''s clock; many providers count whole seconds.';
comment on column inbox.latest_facts.facts is 'All facts of that time, each with the id of its event (event_id).';
comment on column inbox.latest_facts.undecided is
  'The facts do not show which is the latest: the provider is asked (inbox.to_ask_about).';
comment on column inbox.latest_facts.updated_at is 'When the last of them was received.';

-- sql/10-inbox/10-tables/16-shapes.sql

create table inbox.shapes (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  version text not null,
  type text not null,
  fields jsonb not null,
  changes text[] not null default '{}',
  only_gone boolean not null default false,
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  count bigint not null default 1,
  event_id uuid,
  accepted_at timestamptz,

  constraint fields_are_an_object check (jsonb_typeof(fields) = 'object')
);
create unique index a_shape_is_one_row on inbox.shapes (provider, version, type, md5(fields::text));

alter table inbox.shapes enable row level security;

comment on table inbox.shapes is
  'The structure of webhooks, by provider, version and type: the JSON type found in each field that is read. No '
  'values. A shape that differs from all earlier ones is shown in ops.attention before an event fails because of it.';
comment on column inbox.shapes.version is
  'Version of the provider''s API, from the event. Empty: the event names none.';
comment on column inbox.shapes.fields is
  'By path: nothing, null, text, number, flag, list or object. Fields that are never read are not listed.';
comment on column inbox.shapes.changes is
  'How it differs from all earlier shapes of its type. Empty: it does not differ, or it was the first.';
comment on column inbox.shapes.only_gone is
  'Fields are missing and nothing else differs: if they appear again later, they are optional.';
comment on column inbox.shapes.count is
  'How many such events were received; the last few may be lost when a worker ends.';
comment on column inbox.shapes.event_id is 'The first of them, in inbox.events.';
comment on column inbox.shapes.accepted_at is 'When an admin accepted it: inbox.accept_shape.';

-- sql/10-inbox/10-tables/17-transmissions.sql

create table inbox.transmissions (
  provider text not null,
  ref text not null,
  body_sha256 text not null,
  received_at timestamptz not null default now(),
  primary key (provider, ref),
  constraint a_transmission_is_of_a_provider foreign key (provider) references inbox.providers (name),
  constraint a_digest_is_hexadecimal check (body_sha256 ~ '^[0-9a-f]{64}$')
);
create index transmissions_by_age on inbox.transmissions (received_at);

alter table inbox.transmissions enable row level security;

comment on table inbox.transmissions is
  'Which body each signature of the last days was sent with, for providers that sign too little of the body (PayPal: a '
  'CRC-32 of it) and events that their API is not asked about.';
comment on column inbox.transmissions.ref is 'What the provider signed instead of the body: PayPal''s transmission id.';
comment on column inbox.transmissions.body_sha256 is 'SHA-256 of the first body that was sent with it, in hexadecimal.';

-- sql/10-inbox/20-receive/add_causes.sql

create function inbox.add_causes(things uuid[], like_things uuid[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_causes jsonb := nullif(current_setting('signalbox.event_ids', true), '');
begin
  if v_causes is not null then
    perform set_config('signalbox.event_ids', (v_causes || coalesce((
      select jsonb_object_agg(c.thing, v_causes -> c.like_thing::text)
      from unnest(things, like_things) as c (thing, like_thing)
    ), '{}'))::text, true);
  end if;
end
$$;
comment on function inbox.add_causes(uuid[], uuid[]) is
  'Says that rows (things) are changed by the same events as other rows (like_things): see inbox.set_causes.';

-- sql/10-inbox/20-receive/apply_fact.sql

create function inbox.apply_fact(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  case fact ->> 'type'
    when 'payment.created', 'payment.pending', 'payment.captured', 'payment.failed', 'payment.cancelled',
    'payment.expired' then
      perform commerce.apply_payment(provider, fact);
    when 'payment.refunded' then perform commerce.apply_refunded_total(provider, fact);
    when 'payment.approved' then perform commerce.apply_approval(provider, fact);
    when 'refund.updated' then perform commerce.apply_refund(provider, fact);
    when 'dispute.updated' then perform commerce.apply_dispute(provider, event_id, fact);
    when 'checkout.cancelled' then perform commerce.apply_checkout_cancelled(provider, fact);
    when 'checkout.expired' then perform commerce.apply_checkout_expired(fact);
    when 'customer.updated' then perform commerce.apply_customer(provider, event_id, fact);
    when 'product.updated' then perform commerce.apply_product(provider, event_id, fact);
    when 'membership.updated' then perform community.apply_membership(provider, event_id, fact);
    when 'membership.billed' then perform community.apply_invoice(provider, event_id, fact);
    when 'invoice.paid' then perform community.apply_invoice_payment(provider, fact);
    when 'meeting.recorded' then perform tutoring.apply_meeting(provider, event_id, fact);
    when 'product.set' then perform commerce.set_product(provider, fact);
    when 'stock.set' then perform commerce.set_stock(provider, event_id, fact);
    when 'stock.moved' then perform commerce.receive_stock(provider, fact);
    when 'calendar.changed' then
      perform tutoring.apply_calendar_change(fact);
      perform learning.apply_calendar_change(fact);
    when 'reply.received' then perform learning.apply_reply(provider, event_id, fact);
    when 'form.submitted' then perform learning.apply_form(provider, fact);
    else
      raise exception 'no rule for a fact of type %', coalesce(fact ->> 'type', '(none)')
        using hint = 'Add a branch to inbox.apply_fact, or deploy the migration that has it.';
  end case;
end
$$;
comment on function inbox.apply_fact(text, text, jsonb) is
  'Chooses the function that applies a fact. Each of them may be given any fact in any order, any number of times. '
  'event_id is the provider''s id, a tie-break between facts of one time.';

-- sql/10-inbox/20-receive/apply_new_reading.sql

create function inbox.apply_new_reading(event inbox.events, given jsonb) returns inbox.event_status
language plpgsql
set search_path = ''
as $$
declare
  v_event inbox.events := event;
begin
  -- It is received again before it was settled: take the new reading, and try now rather than later.
  if jsonb_typeof(given -> 'facts') = 'array' then
    update inbox.events e set facts = given -> 'facts' where e.id = event.id returning e.* into v_event;
  else
    -- It cannot be read now: the earlier reading is tried. Its locks are not held yet.
    perform inbox.lock_keys(jsonb_build_array(jsonb_build_object('provider', event.provider, 'facts', event.facts)));
  end if;
  return inbox.settle(v_event, false);
end
$$;
comment on function inbox.apply_new_reading(inbox.events, jsonb) is
  'The part of inbox.receive for an event that is received again while it is failed, dead or parked: applies the facts '
  'read from the new copy. Returns its status.';

-- sql/10-inbox/20-receive/apply_together.sql

-- Applies what can be applied as a set, in one subtransaction. If that fails, nothing is applied: inbox.settle then
-- finds out which event fails, and why.
create function inbox.apply_together(ids uuid[]) returns uuid[]
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_ids uuid[];
  v_providers text[];
  v_facts jsonb[];
begin
  select array_agg(e.id order by g.place), array_agg(e.provider order by g.place),
    array_agg(e.facts -> 0 order by g.place)
  into v_ids, v_providers, v_facts
  from unnest(ids) with ordinality as g (id, place)
  cross join lateral (select e.* from inbox.events e where e.id = g.id offset 0) e
  where e.status = 'applied' and jsonb_array_length(e.facts) = 1 and e.facts -> 0 ->> 'type' = 'payment.captured';
  if cardinality(v_ids) > 1 then
    begin
      perform commerce.apply_payments(v_providers, v_facts, v_ids);
    exception
      when deadlock_detected then
        raise;
      when others then
        return '{}';
    end;
    perform set_config('signalbox.event_ids', '', true);
    perform set_config('signalbox.event_id', '', true);
    perform inbox.wake_parked(array(
      select k.key
      from unnest(v_providers, v_facts) as f (provider, fact), unnest(inbox.fact_keys(f.provider, f.fact)) as k (key)
    ));
    return v_ids;
  end if;
  return '{}';
end
$$;
comment on function inbox.apply_together(uuid[]) is
  'The part of inbox.receive that applies new events as a set: those that hold one captured payment. Returns the ids '
  'of those that it applied; the others are for inbox.settle. Raises nothing but a deadlock.';

-- sql/10-inbox/20-receive/fact_keys.sql

-- What a fact is about. Everything that reads or changes one of these objects holds its lock: two events about one
-- object queue, and a parking event cannot miss the event it waits for.
create function inbox.fact_keys(provider text, fact jsonb) returns text[]
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case split_part(fact ->> 'type', '.', 1)
    -- An approval and its cancellation.
    when 'checkout' then array[provider || '/payment/' || (fact ->> 'provider_ref')]
    when 'refund' then array[provider || '/payment/' || (fact ->> 'payment_ref')]
    when 'dispute' then array[provider || '/payment/' || (fact ->> 'payment_ref')]
    when 'payment' then
      array_remove(array[
        provider || '/payment/' || coalesce(fact ->> 'provider_ref', fact ->> 'payment_ref'),
        provider || '/parts/' || (fact ->> 'part_of')
      ], null)
    when 'invoice' then array[provider || '/invoice/' || (fact ->> 'provider_ref'),
      provider || '/payment/' || (fact ->> 'payment_ref')]
    when 'membership' then
      array_remove(array[
        provider || '/membership/' || (fact ->> 'provider_ref'),
        provider || '/invoice/' || (fact ->> 'invoice_ref'),
        provider || '/payment/' || (fact ->> 'payment_ref'),
        provider || '/customer/' || (fact ->> 'customer_ref')
      ], null)
    when 'stock' then array[provider || '/product/' || (fact ->> 'sku')]
    else array[provider || '/' || split_part(fact ->> 'type', '.', 1) || '/' || (fact ->> 'provider_ref')]
  end;
end
$$;
comment on function inbox.fact_keys(text, jsonb) is
  'The lock keys of the objects a fact is about, such as stripe/payment/pi_1.';

-- sql/10-inbox/20-receive/facts_in.sql

-- plpgsql, as a SQL function would be planned at every call.
create function inbox.facts_in(events jsonb) returns table (provider text, fact jsonb)
language plpgsql immutable parallel safe rows 10
set search_path = ''
as $$
begin
  return query
    select e.value ->> 'provider', f.value
    from jsonb_array_elements(events) as e,
         jsonb_array_elements(
           case jsonb_typeof(e.value -> 'facts') when 'array' then e.value -> 'facts' else '[]' end
         ) as f;
end
$$;
comment on function inbox.facts_in(jsonb) is
  'The facts of events ([{"provider":"…","facts":[…]}]), each with its provider. An event that could not be read has '
  'none.';

-- sql/10-inbox/20-receive/follows.sql

create function inbox.follows(later jsonb, earlier jsonb) returns boolean
language sql immutable parallel safe
set search_path = ''
return coalesce(
  jsonb_typeof(later -> 'previous') = 'object' and later -> 'previous' <> '{}'
    and earlier @> (later -> 'previous') and not later @> (later -> 'previous'),
  false
);
comment on function inbox.follows(jsonb, jsonb) is
  'Whether one fact says that it replaced the other: its previous values are the current values of the other, and '
  'differ from its own.';

-- sql/10-inbox/20-receive/latest_of.sql

create function inbox.latest_of(facts jsonb, out latest jsonb, out decided boolean)
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_left jsonb[];
  v_fewer jsonb[];
begin
  -- A fact that another fact replaced is not the latest. In a cycle (on and off again) none is left: then all are
  -- candidates.
  select array_agg(f.value) into v_left
  from jsonb_array_elements(latest_of.facts) as f
  where not exists (
    select 1 from jsonb_array_elements(latest_of.facts) as g where g.value <> f.value
    and inbox.follows(g.value, f.value)
  );
  v_left := coalesce(v_left, array(select f.value from jsonb_array_elements(latest_of.facts) as f));

  -- No fact follows a final one.
  v_fewer := array(select l from unnest(v_left) as l where (l -> 'is_last') = 'true');
  if v_fewer = '{}' then
    v_fewer := array(
      select l from unnest(v_left) as l where l ->> 'status' in ('cancelled', 'expired', 'closed', 'won', 'lost')
    );
  end if;
  if v_fewer <> '{}' then
    v_left := v_fewer;
  end if;
  -- Periods only move forward.
  v_fewer := array(
    select l from unnest(v_left) as l
    where l ->> 'current_period_end' = (select max(m ->> 'current_period_end') from unnest(v_left) as m)
  );
  if v_fewer <> '{}' then
    v_left := v_fewer;
  end if;

  select l into latest
  from unnest(v_left) as l
  -- A preference, until the provider has been asked.
  order by (l -> 'previous') is not null and l -> 'previous' <> 'null' desc,
    array_position(
      array['incomplete', 'trialing', 'active', 'past_due', 'paused', 'needs_response', 'under_review'], l ->> 'status'
    ) desc nulls last,
    (l - 'event_id')::text desc, l ->> 'event_id' desc
  limit 1;
  decided := (select count(distinct l - '{previous,is_last,event_id,type}'::text[]) from unnest(v_left) as l) <= 1;
end
$$;
comment on function inbox.latest_of(jsonb) is
  'The latest of several facts of one time about one object: by the values each one replaced (previous), by finality '
  '(is_last, a final status), by its period. decided false: that does not decide, and the provider must be asked. The '
  'result depends on the set of facts only, not on their order, nor on the ids of their events.';

-- sql/10-inbox/20-receive/lock_keys.sql

create function inbox.lock_keys(events jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  -- In one order everywhere, and outside any subtransaction, so that they are held to the end whatever the result of an
  -- event.
  perform pg_advisory_xact_lock(k.id)
  from (
    select distinct hashtextextended(key, 0) as id
    from inbox.facts_in(events) as f, unnest(inbox.fact_keys(f.provider, f.fact)) as key
    order by id
  ) as k;
  if events @? '$[*].facts[*] ? (@.type starts with "product." || @.type starts with "stock.")' then
    perform inbox.lock_products(events);
  end if;
  if jsonb_array_length(events) > 1 then
    perform commerce.lock_checkouts(
      coalesce(array_agg(f.id) filter (where f.type = 'payment.captured'), '{}'),
      coalesce(array_agg(f.id) filter (where f.type <> 'payment.captured'), '{}')
    )
    from (
      select f.fact ->> 'type' as type, (f.fact ->> 'checkout_session_id')::uuid as id
      from inbox.facts_in(events) as f
      where f.fact ->> 'checkout_session_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    ) f;
  end if;
end
$$;
comment on function inbox.lock_keys(jsonb) is
  'Takes the locks of all objects the events'' facts are about, in one order: [{"provider":"…","facts":[…]}].';

-- sql/10-inbox/20-receive/lock_products.sql

create function inbox.lock_products(events jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform 1
  from public.products p
  where p.sku in (
    with named as (
      select f.provider, f.fact
      from inbox.facts_in(events) as f
      where split_part(f.fact ->> 'type', '.', 1) in ('product', 'stock')
    )
    select n.fact ->> 'sku' from named n
    union
    -- A parked event about one of them may be retried in this transaction.
    select f.value ->> 'sku'
    from named n, unnest(inbox.fact_keys(n.provider, n.fact)) as k (key), inbox.events e,
      jsonb_array_elements(e.facts) as f
    where e.status = 'parked' and e.waiting_for = k.key
  )
  order by p.id
  for no key update;
end
$$;
comment on function inbox.lock_products(jsonb) is
  'Locks the rows of all products that events are about, by id, before the first is changed: events may name hundreds, '
  'in any order, and checkouts lock theirs by id.';

-- sql/10-inbox/20-receive/newer_parts.sql

create function inbox.newer_parts(as_of jsonb, said jsonb, moment text) returns text[]
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return array(
    select p.key
    from jsonb_each(said) as p
    where p.value <> 'null' and jsonb_build_array(moment, md5(p.value::text)) > coalesce(as_of -> p.key, '[]')
    order by p.key
  );
end
$$;
comment on function inbox.newer_parts(jsonb, jsonb, text) is
  'Which parts of an event are new: null says nothing. as_of holds, for each part, the time (ISO 8601 in UTC) of its '
  'latest value and a digest of that value, which decides between values of one time. So the result does not depend on '
  'the order of events.';

-- sql/10-inbox/20-receive/newest.sql

create function inbox.newest(provider text, thing text, event_id text, fact jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_moment timestamptz := fact ->> 'occurred_at';
  v_known inbox.latest_facts;
  v_said jsonb := fact || jsonb_build_object('event_id', event_id);
  v record;
begin
  select l.* into v_known
  from inbox.latest_facts l
  where l.provider = newest.provider and l.thing = newest.thing
  for no key update;
  if v_moment < v_known.moment then
    return null;
  elsif v_known.moment = v_moment then
    if exists (select 1 from jsonb_array_elements(v_known.facts) as f where f.value - 'event_id' = fact) then
      return null;
    end if;
    v := inbox.latest_of(v_known.facts || v_said);
    update inbox.latest_facts l
    set facts = v_known.facts || v_said, undecided = not v.decided, updated_at = now()
    where l.provider = newest.provider and l.thing = newest.thing;
    return v.latest;
  end if;
  insert into inbox.latest_facts as l (provider, thing, moment, facts)
  values (newest.provider, newest.thing, v_moment, jsonb_build_array(v_said))
  on conflict on constraint what_was_last_said_of_a_thing_is_one_row do update
  set moment = excluded.moment, facts = excluded.facts, undecided = false, updated_at = now();
  return v_said;
end
$$;
comment on function inbox.newest(text, text, text, jsonb) is
  'Records a fact about an object (membership/sub_1), and returns the latest known fact about it, with its event_id; '
  'null when this fact is outdated. The caller holds the lock of the fact''s key.';

-- sql/10-inbox/20-receive/park.sql

create function inbox.park(key text, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = 'SB001', message = reason, detail = key;
end
$$;
comment on function inbox.park(text, text) is
  'Called while a fact is applied: it refers to something that is not here yet. Undoes the event''s effect; the event '
  'is parked until the object `key` arrives. Raises SB001, which inbox.try_apply catches.';

-- sql/10-inbox/20-receive/receive.sql

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
    elsif (v_event.trust = 'unconfirmed' or (v_event.not_ours is not null and v_given ->> 'not_ours' is null))
      and v_given ->> 'trust' <> 'unconfirmed' then
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

-- sql/10-inbox/20-receive/reject.sql

create function inbox.reject(provider text, reason text, count integer, sample jsonb) returns void
language sql
set search_path = ''
begin atomic
  insert into inbox.rejections as r (provider, reason, minute, count, last_at, sample)
  values (reject.provider, reject.reason, date_trunc('minute', now(), 'UTC'), reject.count, now(), reject.sample)
  on conflict on constraint rejections_are_counted_by_minute
  do update set count = r.count + excluded.count, last_at = excluded.last_at, sample = excluded.sample;
end;
comment on function inbox.reject(text, text, integer, jsonb) is 'Counts rejected requests.';

-- sql/10-inbox/20-receive/replace_unconfirmed.sql

create function inbox.replace_unconfirmed(event inbox.events, given jsonb) returns inbox.event_status
language plpgsql
set search_path = ''
as $$
declare
  v_event inbox.events;
begin
  -- The first copy was never verified: the copy that the provider confirms is the event.
  update inbox.events e
  set type = given ->> 'type',
      subject = given ->> 'subject',
      trust = (given ->> 'trust')::inbox.event_trust,
      occurred_at = (given ->> 'occurred_at')::timestamptz,
      body = given ->> 'body',
      confirmation = given ->> 'confirmation',
      -- The attempts to confirm it do not count as attempts to apply or read it.
      attempts = 1,
      next_attempt_at = case
        when jsonb_typeof(given -> 'facts') is distinct from 'array' then now() + inbox.retry_delay(1)
      end,
      headers = coalesce(given -> 'headers', '{}'),
      account = given ->> 'account',
      livemode = (given ->> 'livemode')::boolean,
      not_ours = given ->> 'not_ours',
      facts = case when jsonb_typeof(given -> 'facts') = 'array' then given -> 'facts' end,
      error = given ->> 'error'
  where e.id = event.id
  returning e.* into v_event;
  perform outbox.forward_event(v_event);
  return inbox.settle(v_event, false);
end
$$;
comment on function inbox.replace_unconfirmed(inbox.events, jsonb) is
  'The part of inbox.receive for an event that was stored as unconfirmed, or as not ours, and is now received as '
  'valid: replaces the stored copy, forwards and applies it. Returns its status.';

-- sql/10-inbox/20-receive/set_cause.sql

create function inbox.set_cause(thing uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  if current_setting('signalbox.event_ids', true) <> '' then
    perform set_config(
      'signalbox.event_id', coalesce(current_setting('signalbox.event_ids')::jsonb ->> thing::text, ''), true
    );
  end if;
end
$$;
comment on function inbox.set_cause(uuid) is
  'From here on, rows that inbox.set_causes does not name are changed by the event of this one.';

-- sql/10-inbox/20-receive/set_causes.sql

-- While many events are applied together, a row's message finds its event by the row's id, or by that of its order,
-- payment or checkout. Read by outbox.capture_change.
create function inbox.set_causes(events uuid[], things uuid[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  if events is not null then
    perform set_config('signalbox.event_ids', coalesce((
      select jsonb_object_agg(c.thing, c.event) from unnest(events, things) as c (event, thing)
      where c.thing is not null
    )::text, ''), true);
  end if;
end
$$;
comment on function inbox.set_causes(uuid[], uuid[]) is
  'Says which event each of these rows is changed by, until it is called again: the messages of their changes name it. '
  'Both lists are of one length. Null as events: nothing changes.';

-- sql/10-inbox/20-receive/settle.sql

create function inbox.settle(event inbox.events, counts boolean) returns inbox.event_status
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v record;
  -- Waiting uses up no attempt.
  v_attempts integer;
begin
  v := inbox.try_apply(event);
  v_attempts := event.attempts + (counts and v.status <> 'parked')::integer;
  -- An event is stored as applied (or ignored) before it is applied: in the common case its row is written once.
  if counts or (v.status, v.error, v.waiting_for) is distinct from (event.status, event.error, event.waiting_for) then
    update inbox.events e
    set status = case when v.status = 'failed' and inbox.retry_delay(v_attempts) is null then 'dead' else v.status end,
        error = v.error,
        waiting_for = v.waiting_for,
        attempts = v_attempts,
        applied_at = case when v.status = 'applied' then now() end,
        next_attempt_at = case
          when v.status = 'failed' then now() + inbox.retry_delay(v_attempts)
          -- The arrival of what it waits for retries it; this retry is only a fallback.
          when v.status = 'parked' then now() + interval '1 hour'
          when e.trust = 'unconfirmed' then e.next_attempt_at
        end
    where e.id = event.id
    returning e.status into v.status;
  end if;

  if v.status = 'applied' then
    perform inbox.wake_parked(array(
      select k.key
      from jsonb_array_elements(event.facts) as f, unnest(inbox.fact_keys(event.provider, f.value)) as k (key)
    ));
  end if;
  return v.status;
end
$$;
comment on function inbox.settle(inbox.events, boolean) is
  'Applies an event, stores its status, and retries the events parked for it. counts: whether a failure uses up an '
  'attempt. The caller holds the locks of its keys.';

-- sql/10-inbox/20-receive/store_events.sql

create function inbox.store_events(events jsonb) returns uuid[]
language plpgsql
set search_path = ''
as $$
declare
  v_new uuid[];
begin
  with given as (
    select g.provider, g.provider_event_id, g.type, g.subject, g.trust, g.occurred_at, g.body, g.confirmation,
      g.headers, g.position, g.account, g.livemode, g.not_ours,
      case when jsonb_typeof(g.facts) = 'array' then g.facts end as facts,
      case when jsonb_typeof(g.facts) <> 'array' then 'Its facts are not a list.' else g.error end as error
    from rows from (
      jsonb_to_recordset(events) as (
        provider text, provider_event_id text, type text, subject text, trust inbox.event_trust,
        occurred_at timestamptz, body text, confirmation text, headers jsonb, facts jsonb, error text,
        account text, livemode boolean, not_ours text
      )
    ) with ordinality as g (
      provider, provider_event_id, type, subject, trust, occurred_at, body, confirmation, headers, facts, error,
      account, livemode, not_ours, position
    )
  ), stored as (
    insert into inbox.events (
      provider, provider_event_id, type, subject, trust, occurred_at, body, confirmation, headers, facts, status,
      applied_at, error, next_attempt_at, account, livemode, not_ours
    )
    select g.provider, g.provider_event_id, g.type, g.subject, g.trust, g.occurred_at, g.body, g.confirmation,
      coalesce(g.headers, '{}'), g.facts,
      o.status, case when o.status = 'applied' then now() end,
      case when o.status = 'failed' then coalesce(g.error, 'It could not be read.') else g.not_ours end,
      case when o.status = 'failed' or g.trust = 'unconfirmed' then now() + inbox.retry_delay(1) end,
      g.account, g.livemode, g.not_ours
    from given g
    cross join lateral (
      select case
        when g.not_ours is not null then 'ignored'
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
    where (e.provider, e.provider_event_id) in (
      select g.value ->> 'provider', g.value ->> 'provider_event_id' from jsonb_array_elements(events) g
    )
    order by e.provider, e.provider_event_id
    for update;
  end if;
  return v_new;
end
$$;
comment on function inbox.store_events(jsonb) is
  'The part of inbox.receive that archives: writes a row for each new event, and returns their ids. Locks the rows of '
  'events that were received before.';

-- sql/10-inbox/20-receive/take_transmission.sql

create function inbox.take_transmission(provider text, ref text, body_sha256 text) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_known text;
begin
  insert into inbox.transmissions as t (provider, ref, body_sha256)
  values (take_transmission.provider, take_transmission.ref, take_transmission.body_sha256)
  on conflict on constraint transmissions_pkey do nothing;
  select t.body_sha256 into v_known from inbox.transmissions t
  where t.provider = take_transmission.provider and t.ref = take_transmission.ref;
  -- A signature is accepted for five days, so that older ones need not be known.
  delete from inbox.transmissions o
  where (o.provider, o.ref) in (
    select x.provider, x.ref from inbox.transmissions x where x.received_at < now() - interval '10 days'
    limit 100 for update skip locked
  );
  return v_known is not distinct from take_transmission.body_sha256;
end
$$;
comment on function inbox.take_transmission(text, text, text) is
  'Whether a body may stand under a signature: true for the first body that is sent with it, and for the same body '
  'again; false for every other.';

-- sql/10-inbox/20-receive/try_apply.sql

-- Applies one event's facts in a subtransaction of its own, so that a failing event does not affect others.
create function inbox.try_apply(event inbox.events, out status inbox.event_status, out error text, out waiting_for text)
language plpgsql
set search_path = ''
as $$
declare
  v_fact jsonb;
begin
  if event.not_ours is not null then
    status := 'ignored';
    error := event.not_ours;
    return;
  end if;
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
      -- The other session may wait for a lock this whole transaction holds: the caller retries it, event by event.
      raise;
    when others then
      status := 'failed';
      error := sqlerrm || ' (' || sqlstate || ')';
  end;
  perform set_config('signalbox.event_id', '', true);
end
$$;
comment on function inbox.try_apply(inbox.events) is
  'Applies an event''s facts or undoes them all, and returns the result. Raises nothing but a deadlock.';

-- sql/10-inbox/20-receive/wake_parked.sql

create function inbox.wake_parked(keys text[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_parked inbox.events;
begin
  for v_parked in
    select p.*
    from inbox.events p
    where p.status = 'parked' and p.waiting_for = any (keys)
    order by p.received_at, p.id
    -- An event that another session is retrying waits for our locks, and will see our changes.
    for update skip locked
  loop
    perform inbox.settle(v_parked, true);
  end loop;
end
$$;
comment on function inbox.wake_parked(text[]) is
  'Retries the events that are parked for these keys, in the order in which they were received. The caller holds their '
  'locks.';

-- sql/10-inbox/30-retry/ignore.sql

create function inbox.ignore(event_id uuid, reason text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_status inbox.event_status;
begin
  select e.status into v_status from inbox.events e where e.id = ignore.event_id for update;
  if not found then
    raise exception 'there is no event %', ignore.event_id using errcode = 'P0002', hint =
      'Look it up in inbox.events.';
  elsif v_status not in ('failed', 'dead', 'parked') then
    raise exception 'event % is %', ignore.event_id, v_status
      using errcode = '22023', hint = 'Only one that failed, is dead or is parked needs to be closed.';
  end if;
  perform ops.decide('inbox.ignore', ignore.event_id::text, ignore.reason);
  update inbox.events e
  set status = 'ignored', next_attempt_at = null, waiting_for = null, error = 'Closed by an admin: ' || ignore.reason
  where e.id = ignore.event_id;
end
$$;
comment on function inbox.ignore(uuid, text) is
  'An admin closes an event that means nothing here: nothing of it is applied, and it is kept as ignored. reason: why, '
  'kept in ops.decisions. Raises P0002 for an event that is not here, 22023 without a reason or for one that was '
  'applied.';

-- sql/10-inbox/30-retry/retry.sql

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
      return null; -- another session is retrying it
    end if;
    raise exception 'there is no event %', retry.event_id using hint = 'Look it up in inbox.events.';
  end if;
  if v_event.trust = 'unconfirmed' then
    -- Only the provider can confirm it: it is asked again.
    update inbox.events e set attempts = 1, next_attempt_at = now() where e.id = v_event.id;
    perform outbox.ring_if_due();
    return v_event.status;
  end if;
  if v_event.not_ours is not null then
    -- An admin decides that it is ours all the same.
    update inbox.events e set not_ours = null where e.id = v_event.id returning e.* into v_event;
    perform outbox.forward_event(v_event);
  elsif v_event.status in ('applied', 'ignored') and retry.facts is null then
    return v_event.status;
  end if;
  v_event.facts := coalesce(retry.facts, v_event.facts);
  update inbox.events e set facts = v_event.facts where e.id = v_event.id;
  perform inbox.lock_keys(jsonb_build_array(jsonb_build_object('provider', v_event.provider, 'facts', v_event.facts)));
  return inbox.settle(v_event, true);
end
$$;
comment on function inbox.retry(uuid, jsonb) is
  'Retries one event now: select inbox.retry(''<id>''). An applied or ignored one is left alone; one that is not ours '
  'is applied all the same; about an unconfirmed one the provider is asked again. facts: a new reading of its body. '
  'Returns its status; null when another session is retrying it.';

-- sql/10-inbox/30-retry/retry_delay.sql

create function inbox.retry_delay(attempts integer) returns interval
language sql immutable parallel safe
set search_path = ''
return (array['30 seconds', '2 minutes', '10 minutes', '30 minutes', '1 hour', '2 hours', '6 hours', '12 hours',
  '24 hours', '24 hours']::interval[])[attempts];
comment on function inbox.retry_delay(integer) is
  'How long after the n-th failed attempt an event is retried. Null: no more retries; it is dead.';

-- sql/10-inbox/30-retry/retry_due.sql

create function inbox.retry_due(at_most integer default 100) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_due uuid[];
  v_events jsonb;
  v_event uuid;
begin
  select coalesce(array_agg(d.id order by d.next_attempt_at), '{}'),
    coalesce(jsonb_agg(jsonb_build_object('provider', d.provider, 'facts', d.facts)), '[]')
  into v_due, v_events
  from (
    select e.id, e.next_attempt_at, e.provider, e.facts
    from inbox.events e
    where e.status in ('parked', 'failed') and e.next_attempt_at <= now() and e.facts is not null
    order by e.next_attempt_at
    limit at_most
    for update skip locked
  ) d;
  -- Lock all of them before the first is tried: one by one they would be locked in the order of their times, and
  -- deadlock with incoming events.
  perform inbox.lock_keys(v_events);
  foreach v_event in array v_due loop
    perform inbox.retry(v_event);
  end loop;
  return cardinality(v_due);
end
$$;
comment on function inbox.retry_due(integer) is
  'Retries the failed and parked events that are due. Run by cron. Returns how many. Unreadable events are read again '
  'by the courier.';

-- sql/10-inbox/30-retry/still_unconfirmed.sql

create function inbox.still_unconfirmed(event_id uuid, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update inbox.events e
  set attempts = e.attempts + 1,
      error = case when inbox.retry_delay(e.attempts + 1) is null then 'Never confirmed, and not asked about any more. '
      else 'Kept until the provider confirms it. ' end || reason,
      next_attempt_at = now() + inbox.retry_delay(e.attempts + 1)
  where e.id = event_id and e.trust = 'unconfirmed';
end
$$;
comment on function inbox.still_unconfirmed(uuid, text) is
  'The provider did not confirm the event; it is asked again later, until the schedule (inbox.retry_delay) ends.';

-- sql/10-inbox/30-retry/still_unreadable.sql

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
comment on function inbox.still_unreadable(uuid, text) is
  'Reading the event failed again; it is retried later, or dead after the last attempt.';

-- sql/10-inbox/30-retry/unconfirmed_due.sql

create function inbox.unconfirmed_due(at_most integer default 20)
returns table (id uuid, provider text, provider_event_id text, body text, headers jsonb)
language sql stable
set search_path = ''
begin atomic
  select e.id, e.provider, e.provider_event_id, e.body, e.headers
  from inbox.events e
  where e.trust = 'unconfirmed' and e.next_attempt_at <= now()
  order by e.next_attempt_at
  limit at_most;
end;
comment on function inbox.unconfirmed_due(integer) is
  'Unconfirmed events that the courier must ask the provider about again.';

-- sql/10-inbox/30-retry/unreadable_due.sql

create function inbox.unreadable_due(at_most integer default 50) returns table (id uuid, provider text, text text,
  headers jsonb)
language sql stable
set search_path = ''
begin atomic
  select e.id, e.provider, coalesce(e.confirmation, e.body), e.headers
  from inbox.events e
  where e.status = 'failed' and e.facts is null and e.trust <> 'unconfirmed' and e.next_attempt_at <= now()
  order by e.next_attempt_at
  limit at_most;
end;
comment on function inbox.unreadable_due(integer) is
  'Events with an unreadable body (or confirmation), due to be read again (by the courier, perhaps with a newer '
  'function).';

-- sql/10-inbox/40-reconcile/accept_latest.sql

create function inbox.accept_latest(provider text, thing text, reason text default null) returns void
language plpgsql
set search_path = ''
as $$
begin
  update inbox.latest_facts l set undecided = false
  where l.provider = accept_latest.provider and l.thing = accept_latest.thing;
  if not found then
    raise exception 'nothing is known of % at %', accept_latest.thing, accept_latest.provider using errcode = 'P0002',
      hint = 'select provider, thing from inbox.latest_facts where undecided';
  end if;
  perform ops.decide('inbox.accept_latest', accept_latest.provider || '/' || accept_latest.thing,
    coalesce(accept_latest.reason, 'no reason given'));
end
$$;
comment on function inbox.accept_latest(text, text, text) is
  'A person has compared what events of one moment say of a thing (membership/sub_1) with the provider''s own pages: '
  'what stands here holds, until the next event about it. Raises P0002 for a thing that is not here, and '
  '22023 for a blank reason.';

-- sql/10-inbox/40-reconcile/asked_about.sql

create function inbox.asked_about(provider text, ref text) returns void
language sql
set search_path = ''
begin atomic
  insert into inbox.inquiries as i (provider, ref, next_at)
  values (asked_about.provider, asked_about.ref, now() + interval '5 minutes')
  on conflict on constraint a_payment_is_asked_about_in_one_row do update
  set times = i.times + 1, next_at = now() + least(interval '5 minutes' * (2 ^ least(i.times, 10)), interval '1 day');
end;
comment on function inbox.asked_about(text, text) is
  'Records that the provider was asked about a pending payment; it is asked again in 5 minutes, then 10, 20 … at most '
  'a day.';

-- sql/10-inbox/40-reconcile/knows_fact.sql

create function inbox.knows_fact(provider text, fact jsonb) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_type text := fact ->> 'type';
  v_ref text := fact ->> 'provider_ref';
  v_payment record;
begin
  -- What was left undecided is asked about: the answer is news even where it says what stands here already.
  if exists (
    select 1 from inbox.latest_facts l
    where l.provider = knows_fact.provider and l.thing = split_part(v_type, '.', 1) || '/' || v_ref
      and l.undecided and l.moment < (fact ->> 'occurred_at')::timestamptz
  ) then
    return false;
  end if;
  case split_part(v_type, '.', 1)
    when 'payment' then
      if v_type = 'payment.approved' then
        return exists (
          select 1 from public.payment_approvals a where a.provider = knows_fact.provider and a.provider_ref = v_ref
        );
      end if;
      select p.* into v_payment
      from public.payments p
      where p.provider = knows_fact.provider and p.provider_ref = coalesce(v_ref, fact ->> 'payment_ref');
      if v_payment.id is null then
        return false;
      end if;
      return case
        when v_type = 'payment.refunded' then
          v_payment.refunded_minor >= (fact ->> 'refunded_minor')::bigint
            or v_payment.reported_refunded_minor >= (fact ->> 'refunded_minor')::bigint
        when v_type = 'payment.captured' then v_payment.captured_at is not null
        else v_payment.status >= split_part(v_type, '.', 2)::public.payment_status
      end;
    when 'refund' then
      return exists (
        select 1 from public.refunds r
        where r.provider = knows_fact.provider and r.provider_ref = v_ref
          and r.status >= (fact ->> 'status')::public.refund_status
      );
    when 'dispute' then
      return exists (
        select 1 from public.disputes d
        where d.provider = knows_fact.provider and d.provider_ref = v_ref
          and (d.as_of >= (fact ->> 'occurred_at')::timestamptz
            or d.status = (fact ->> 'status')::public.dispute_status)
      );
    when 'membership' then
      return v_type = 'membership.updated' and exists (
        select 1 from public.memberships m
        where m.provider = knows_fact.provider and m.provider_ref = v_ref
          and (
            m.as_of >= (fact ->> 'occurred_at')::timestamptz
            or (m.status, m.current_period_end, m.cancel_at_period_end) is not distinct from
              ((fact ->> 'status')::public.membership_status, (fact ->> 'current_period_end')::timestamptz,
                (fact ->> 'cancel_at_period_end')::boolean)
          )
      );
    when 'invoice' then
      return exists (
        select 1 from public.invoice_payments l
        where l.provider = knows_fact.provider and l.invoice_ref = v_ref and l.payment_ref = fact ->> 'payment_ref'
      );
    when 'checkout' then
      return not exists (select 1 from public.checkout_sessions s where s.id = (fact ->> 'checkout_session_id')::uuid)
        or exists (
          select 1 from public.payments p where p.provider = knows_fact.provider and p.provider_ref = v_ref
          and p.status >= 'cancelled'
        );
    when 'meeting' then
      return tutoring.knows_meeting(knows_fact.provider, fact);
    else
      return false;
  end case;
end
$$;
comment on function inbox.knows_fact(text, jsonb) is
  'Whether the content of a fact is already here: applying it would change nothing that matters. For the reconciler, '
  'where a provider''s API lists objects and not events.';

-- sql/10-inbox/40-reconcile/missing.sql

create function inbox.missing(events jsonb, lists text) returns table ("position" integer)
language plpgsql stable
set search_path = ''
as $$
begin
  if coalesce(lists, '') not in ('events', 'objects') then
    raise exception 'there is no list of %', coalesce(lists, '(none)') using errcode = '22023',
      hint = 'events, or objects.';
  end if;
  return query
    select (g.ordinality - 1)::integer
    from jsonb_array_elements(events) with ordinality as g
    where not exists (
        select 1 from inbox.events e
        where e.provider = g.value ->> 'provider' and e.provider_event_id = g.value ->> 'provider_event_id'
          and e.trust <> 'unconfirmed' and e.not_ours is null
      )
      and (
        lists = 'events'
        or jsonb_typeof(g.value -> 'facts') is distinct from 'array' -- an unreadable event must be looked at
        or exists (select 1 from jsonb_array_elements(g.value -> 'facts') f
          where not inbox.knows_fact(g.value ->> 'provider', f.value))
      )
    order by g.ordinality;
end
$$;
comment on function inbox.missing(jsonb, text) is
  'Which of these events were not received, by their position from 0. lists: events (their ids are those of webhooks) '
  'or objects (missing: applying it would change something here).';

-- sql/10-inbox/40-reconcile/note_reconciliation.sql

create function inbox.note_reconciliation(
  reconciliation_id uuid, looked_at integer, missed integer, healed integer, complete boolean, remark text default null
) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_run inbox.reconciliations;
begin
  update inbox.reconciliations r
  set looked_at = greatest(r.looked_at, note_reconciliation.looked_at),
      -- Events received by an interrupted attempt are not missing in the next one.
      missed = r.missed + note_reconciliation.missed,
      healed = r.healed + note_reconciliation.healed,
      tries = r.tries + 1,
      completed_at = case when note_reconciliation.complete then now() end,
      remark = note_reconciliation.remark
  where r.id = note_reconciliation.reconciliation_id and r.completed_at is null
  returning r.* into v_run;
  if v_run.completed_at is not null and v_run.remark is null then
    update inbox.providers p set reconciled_until = v_run.until
    -- no gap in between
    where p.name = v_run.provider and p.reconciled_until < v_run.until and p.reconciled_until >= v_run.since;
  end if;
end
$$;
comment on function inbox.note_reconciliation(uuid, integer, integer, integer, boolean, text) is
  'Records the result of a run of the reconciler that ended, or was interrupted (complete false).';

-- sql/10-inbox/40-reconcile/reconcile.sql

create function inbox.reconcile(provider text, since timestamptz default null, until timestamptz default null)
  returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_provider inbox.providers;
  v_run inbox.reconciliations;
begin
  select p.* into v_provider from inbox.providers p where p.name = reconcile.provider;
  if not found then
    raise exception 'there is no provider %', reconcile.provider using hint = 'select name from inbox.providers';
  end if;
  insert into inbox.reconciliations (provider, since, until)
  values (
    v_provider.name,
    coalesce(reconcile.since, v_provider.reconciled_until - interval '3 days'),
    coalesce(reconcile.until, now() - interval '2 minutes')
  )
  returning * into v_run;
  perform outbox.write_message(
    'reconciliation.requested',
    'reconciliations/' || v_run.provider,
    json_build_object(
      'type', 'reconciliation.requested',
      'timestamp', ops.iso_utc(now()),
      'data', json_build_object(
        'reconciliation_id', v_run.id, 'provider', v_run.provider, 'since', ops.iso_utc(v_run.since), 'until',
        ops.iso_utc(v_run.until)
      )
    )::text,
    null,
    array['reconciler']
  );
  return v_run.id;
end
$$;
comment on function inbox.reconcile(text, timestamptz, timestamptz) is
  'Makes the courier ask a provider for its events, and receive those that are missing here: select '
  'inbox.reconcile(''stripe''); or, over a longer period, inbox.reconcile(''stripe'', since => now() - interval ''30 '
  'days''). Returns the id of its row in inbox.reconciliations.';

-- sql/10-inbox/40-reconcile/reconcile_all.sql

create function inbox.reconcile_all() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_provider text;
  v_count integer := 0;
begin
  for v_provider in
    select p.name
    from inbox.providers p
    where p.reconcile
      and (
        not exists (select 1 from inbox.reconciliations r where r.provider = p.name and r.started_at > now() -
          interval '5 minutes')
        or (
          exists (select 1 from inbox.to_ask_about(p.name, 1))
          -- Not where the provider cannot be asked (its API key is not set).
          and not exists (
            select 1 from inbox.reconciliations r
            where r.provider = p.name and r.started_at > now() - interval '5 minutes' and r.completed_at is not null
              and r.remark is not null
          )
        )
      )
      -- One at a time: a run that is in progress, or waits for its retry, will cover the period until then too.
      and not exists (
        select 1 from outbox.deliveries d
        where d.destination = 'reconciler' and d.record_key = 'reconciliations/' || p.name
          and d.status in ('pending', 'sending')
      )
    order by p.name
  loop
    perform inbox.reconcile(v_provider);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function inbox.reconcile_all() is
  'Makes the courier reconcile every provider that was not reconciled for 5 minutes, or where a payment has been '
  'pending for long, and that is not being reconciled already. Run by cron. Returns how many.';

-- sql/10-inbox/40-reconcile/to_ask_about.sql

create function inbox.to_ask_about(provider text, at_most integer default 25) returns table (kind text, ref text)
language plpgsql stable
set search_path = ''
as $$
begin
  return query select w.kind, w.ref
  from (
    select 'payment' as kind, p.provider_ref as ref, p.created_at
    from public.payments p
    where p.provider = to_ask_about.provider and p.status in ('created', 'pending')
    union all
    -- Approved, and no payment yet. An approval that names no checkout of ours is not ours to capture.
    select 'approval', a.provider_ref, min(a.created_at)
    from public.payment_approvals a
    where a.provider = to_ask_about.provider and a.checkout_session_id is not null
      and not exists (
        select 1 from public.payments p
        where p.checkout_session_id = a.checkout_session_id and (p.provider = a.provider or p.captured_at is not null)
      )
    group by a.provider_ref
    union all
    -- Two events of one time differ, and neither shows that it is the later one.
    select split_part(l.thing, '/', 1), substr(l.thing, strpos(l.thing, '/') + 1), l.updated_at
    from inbox.latest_facts l
    where l.provider = to_ask_about.provider and l.undecided
  ) w
  left join inbox.inquiries i on i.provider = to_ask_about.provider and i.ref = w.ref
  where w.created_at < now() - interval '3 minutes'
    and w.created_at > now() - interval '60 days'
    and coalesce(i.next_at, '-infinity') <= now()
  order by coalesce(i.next_at, '-infinity'), w.created_at
  limit at_most;
end
$$;
comment on function inbox.to_ask_about(text, integer) is
  'What has been pending at a provider for some minutes: payments, approvals without a payment, and objects with '
  'several events of one time that do not decide which is the latest (membership, customer, product, dispute). The '
  'reconciler asks about them one by one.';

-- sql/10-inbox/50-shapes/accept_shape.sql

create function inbox.accept_shape(shape_id uuid, reason text default null) returns void
language plpgsql
set search_path = ''
as $$
begin
  update inbox.shapes s set accepted_at = coalesce(s.accepted_at, now()) where s.id = accept_shape.shape_id;
  if not found then
    raise exception 'there is no shape %', accept_shape.shape_id using errcode = 'P0002',
      hint = 'select * from inbox.shapes where accepted_at is null';
  end if;
  perform ops.decide('inbox.accept_shape', accept_shape.shape_id::text,
    coalesce(accept_shape.reason, 'no reason given'));
end
$$;
comment on function inbox.accept_shape(uuid, text) is
  'Accepts a new shape of webhooks: it is no longer shown in ops.attention. Raises P0002 when the shape does not '
  'exist, and 22023 for a blank reason.';

-- sql/10-inbox/50-shapes/note_shape.sql

create function inbox.note_shape(provider text, version text, type text, fields jsonb, event_id uuid, count integer
  default 1) returns void
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_changes text[];
  v_only_gone boolean;
  v_version_is_new boolean;
begin
  update inbox.shapes s
  set last_seen = now(), count = s.count + note_shape.count
  where s.provider = note_shape.provider and s.version = note_shape.version and s.type = note_shape.type
    and md5(s.fields::text) = md5(note_shape.fields::text);
  if found then
    return;
  end if;

  -- Compared with all shapes of the type, in every version.
  with before as (
    select f.key, f.value #>> '{}' as kind
    from inbox.shapes s, jsonb_each(s.fields) as f
    where s.provider = note_shape.provider and s.type = note_shape.type
  ), difference as (
    select n.key, n.value #>> '{}' as kind, o.kinds
    from jsonb_each(note_shape.fields) as n
    join (
      select b.key, array_agg(distinct b.kind order by b.kind)
      filter (where b.kind not in ('nothing', 'null')) as kinds,
        bool_or(b.kind = 'nothing') as was_missing
      from before b group by b.key
    ) o on o.key = n.key
    where o.kinds is not null
      and (
        (n.value #>> '{}' = 'nothing' and not o.was_missing)
        or (n.value #>> '{}' not in ('nothing', 'null') and n.value #>> '{}' <> all (o.kinds))
      )
  )
  select
    coalesce(array_agg(
      format('%s: was %s, is %s', d.key, array_to_string(d.kinds, ' or '), case d.kind when 'nothing' then 'gone'
        else d.kind end)
      order by d.key
    ), '{}'),
    coalesce(bool_and(d.kind = 'nothing'), false)
  into v_changes, v_only_gone
  from difference d;

  v_version_is_new := note_shape.version <> ''
    and exists (select 1 from inbox.shapes s where s.provider = note_shape.provider)
    and not exists (select 1 from inbox.shapes s where s.provider = note_shape.provider
      and s.version = note_shape.version);
  if v_version_is_new then
    v_changes := format('the first event of version %s', note_shape.version) || v_changes;
    v_only_gone := false;
  end if;

  insert into inbox.shapes as s (provider, version, type, fields, changes, only_gone, count, event_id)
  values (
    note_shape.provider, note_shape.version, note_shape.type, note_shape.fields, v_changes, v_only_gone,
    note_shape.count, note_shape.event_id
  )
  on conflict (provider, version, type, md5(fields::text)) do update set last_seen = now(),
    count = s.count + excluded.count;
end
$$;
comment on function inbox.note_shape(text, text, text, jsonb, uuid, integer) is
  'Counts events of a shape. A new shape is compared with all earlier ones of its type: missing fields, fields of '
  'another JSON type, and a new version are recorded, and shown in ops.attention.';

-- sql/10-inbox/90-seed/15-first_providers.sql

insert into inbox.providers (name, reconcile, can_refund) values
  ('stripe', true, true),
  ('paypal', true, true),
  ('fapshi', true, false),
  ('whop', true, false),
  ('fathom', true, false),
  -- They send webhooks, and have no API to ask.
  ('railway', false, false),
  ('make', false, false);

-- sql/20-outbox/00-schema.sql

create schema outbox;
comment on schema outbox is 'Outgoing messages, their destinations, and the result of each delivery.';

-- sql/20-outbox/01-types.sql

create type outbox.delivery_status as enum ('pending', 'sending', 'delivered', 'dead', 'cancelled');
comment on type outbox.delivery_status is
  'pending: waits for its time. sending: a courier holds it, until lease_until. delivered: the receiver accepted it. '
  'dead: no more retries; outbox.retry brings it back. cancelled: cancelled by an admin.';

create type outbox.draft as (
  id uuid, sequence bigint, type text, record_key text, payload text, event_id uuid, destinations text[],
  latest_only text[], priority smallint
);
comment on type outbox.draft is
  'A message to be written, with its destinations: see outbox.messages, outbox.deliveries and outbox.routes.';

-- sql/20-outbox/10-tables/10-settings.sql

create table outbox.settings (
  only_row boolean primary key default true,
  functions_url text,
  constraint there_is_one_row check (only_row),
  constraint the_address_is_http check (functions_url ~ '^https?://[^/]')
);
insert into outbox.settings default values;

alter table outbox.settings enable row level security;

comment on table outbox.settings is 'One row: the address of this project''s functions.';
comment on column outbox.settings.functions_url is
  'Base URL of the functions, without a slash at the end: https://<ref>.supabase.co/functions/v1. Null: no doorbell; '
  'only the delivery run after each inbound webhook sends messages.';

-- sql/20-outbox/10-tables/11-destinations.sql

create table outbox.destinations (
  name text primary key,
  description text,
  adapter text not null default 'webhook',
  replayable boolean not null default true,
  url text,
  max_in_flight integer not null default 10,
  max_per_second numeric not null default 50,
  timeout_ms integer not null default 15000,
  paused_at timestamptz,
  paused_reason text,
  held_until timestamptz,
  held_reason text,
  breaker_after integer default 5,
  failures integer not null default 0,
  opened_at timestamptz,
  recovering_since timestamptz,
  last_delivered_at timestamptz,
  receipts boolean not null default false,
  receipt_within interval not null default interval '15 minutes',
  tokens numeric not null default 1,
  tokens_at timestamptz not null default now(),
  created_at timestamptz not null default now(),

  constraint a_name_is_lower_case check (name ~ '^[a-z][a-z0-9_]*$'),
  constraint an_address_is_http check (url ~ '^https?://[^/]'),
  constraint something_may_be_in_flight check (max_in_flight > 0),
  constraint something_may_be_sent check (max_per_second > 0),
  constraint a_timeout_is_between_1_and_60_seconds check (timeout_ms between 1000 and 60000),
  constraint a_pause_has_a_reason check ((paused_at is null) = (paused_reason is null)),
  constraint a_hold_has_a_reason check ((held_until is null) = (held_reason is null)),
  constraint a_breaker_takes_some_failures check (breaker_after > 0),
  constraint failures_are_counted_up check (failures >= 0),
  constraint a_receipt_is_given_some_time check (receipt_within > interval '0')
);

alter table outbox.destinations enable row level security;

comment on table outbox.destinations is
  'The receivers of messages. To add one: insert a row here, routes for it in outbox.routes, and set '
  '<NAME>_SIGNING_SECRET (and <NAME>_WEBHOOK_URL, unless url is set) as function secrets; or let '
  'outbox.rotate_secret(name) make the secret.';
comment on column outbox.destinations.adapter is
  'The code that sends a delivery: a file of functions/_shared/outbound/adapters/ or jobs/.';
comment on column outbox.destinations.replayable is
  'Whether outbox.replay may send to it again. False where the adapter does work (captures or refunds money, asks a '
  'provider): a replay repeats messages, never work.';
comment on column outbox.destinations.url is
  'The receiver''s URL. Null: the function secret <NAME>_WEBHOOK_URL, for URLs that are themselves a secret.';
comment on column outbox.destinations.max_in_flight is 'Requests in flight at once, over all couriers.';
comment on column outbox.destinations.max_per_second is 'Requests started per second, over all couriers.';
comment on column outbox.destinations.timeout_ms is 'Timeout of one attempt, in ms.';
comment on column outbox.destinations.paused_at is
  'Set: nothing is sent, everything is kept. outbox.resume(name) ends the pause.';
comment on column outbox.destinations.held_until is
  'Nothing is sent before this time, because of held_reason; then sending continues without an admin.';
comment on column outbox.destinations.breaker_after is
  'The breaker opens after this many failed attempts in a row. Null: no breaker.';
comment on column outbox.destinations.failures is
  'Failed attempts in a row, over all couriers: up to breaker_after, then one more per failed probe. A success resets '
  'it.';
comment on column outbox.destinations.opened_at is
  'Set: the breaker is open. Only a single probe is sent each time held_until has passed; everything is kept. The '
  'first success closes it.';
comment on column outbox.destinations.recovering_since is
  'When the breaker closed: within a minute its rate grows back to max_per_second.';
comment on column outbox.destinations.last_delivered_at is
  'When it last accepted a message, to about a second. While it accepts messages, failing ones do not open its '
  'breaker.';
comment on column outbox.destinations.receipts is
  'Whether each message carries a receipt_url, which the receiver calls when its work is done (functions/receipt).';
comment on column outbox.destinations.receipt_within is
  'How long the work may take after the receiver accepted the message; a later or missing receipt is shown in '
  'ops.attention.';
comment on column outbox.destinations.tokens is 'Token bucket of max_per_second, as of tokens_at.';

-- sql/20-outbox/10-tables/12-routes.sql

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
  latest_only boolean not null default false,
  priority smallint not null default 1,
  enabled boolean not null default true,
  description text,

  constraint a_route_leads_to_a_destination foreign key (destination) references outbox.destinations (name)
  on update cascade on delete cascade,
  constraint a_route_starts_at_a_table_or_a_provider check ((table_name is null) <> (provider is null)),
  constraint a_table_route_names_its_message
    check (table_name is null or (message_type is not null and message_type ~ '^[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)*$'
      and operations is not null)),
  constraint a_provider_route_names_its_events
    check (provider is null or (event_types is not null and message_type is null and operations is null
      and when_column is null)),
  constraint operations_are_insert_update_delete check (operations <@ array['INSERT', 'UPDATE', 'DELETE']
    and operations <> '{}'),
  constraint becomes_needs_a_column check (becomes is null or when_column is not null),
  constraint not_from_needs_a_column check (not_from is null or when_column is not null),
  constraint a_priority_is_0_1_or_2 check (priority between 0 and 2),
  constraint latest_only_is_of_a_table check (not latest_only or table_name is not null)
);
create index routes_by_destination on outbox.routes (destination);
create unique index a_route_is_written_once on outbox.routes
  (destination, coalesce(message_type, ''), coalesce(table_name, ''), coalesce(when_column, ''), coalesce(becomes, ''),
    coalesce(provider, ''));

alter table outbox.routes enable row level security;

comment on table outbox.routes is
  'Which changes of which table, or which inbound events, go to which destination. Edit it here; it takes effect with '
  'the next change.';
comment on column outbox.routes.message_type is
  'The type of the message that a table route writes, such as order.created.';
comment on column outbox.routes.table_name is 'A table with the trigger outbox.capture_change, such as public.orders.';
comment on column outbox.routes.operations is 'Which of INSERT, UPDATE, DELETE.';
comment on column outbox.routes.when_column is
  'Only when this column changed (or, with becomes, was set to that value).';
comment on column outbox.routes.becomes is 'Only when when_column was set to this value, by an insert or an update.';
comment on column outbox.routes.not_from is 'Not when when_column had one of these values before.';
comment on column outbox.routes.latest_only is
  'Only the newest state matters: a waiting message is cancelled when a newer one of its type about the same record is '
  'written.';
comment on column outbox.routes.priority is
  '0: money and what follows from it, sent first. 1: everything else. 2: texts that people write, sent last.';
comment on column outbox.routes.provider is 'Forwards this provider''s events, byte for byte.';
comment on column outbox.routes.event_types is 'Which of its events, by the provider''s names.';

-- sql/20-outbox/10-tables/13-messages.sql

create sequence outbox.message_sequence;

create table outbox.messages (
  id uuid primary key default ops.uuid7(),
  sequence bigint not null default nextval('outbox.message_sequence'),
  type text not null,
  record_key text not null,
  created_at timestamptz not null default now(),
  event_id uuid,
  payload text,
  replay_id bigint,

  constraint a_message_comes_from_an_event foreign key (event_id) references inbox.events (id),
  constraint a_message_has_a_body check (payload is not null or event_id is not null)
);
create index messages_by_event on outbox.messages (event_id) where event_id is not null;
create index messages_by_record on outbox.messages (record_key);
create index messages_to_the_reconciler on outbox.messages (created_at) where type = 'reconciliation.requested';

alter table outbox.messages enable row level security;

comment on table outbox.messages is 'One change of ours to send to receivers, or one inbound event to forward.';
comment on column outbox.messages.id is 'The receiver sees webhook-id: msg_ and this id, the same on every attempt.';
comment on column outbox.messages.sequence is
  'Grows with every message; of two messages about one record, the higher is the newer.';
comment on column outbox.messages.record_key is
  'The record it is about. Messages about one record reach each destination in order.';
comment on column outbox.messages.event_id is 'The webhook that caused it, or (payload null) that is forwarded.';
comment on column outbox.messages.payload is
  'The exact text that is signed and sent: {type, timestamp, data, change}. Null: the event''s own body.';

-- sql/20-outbox/10-tables/14-deliveries.sql

create table outbox.deliveries (
  id bigint generated always as identity primary key,
  message_id uuid not null,
  destination text not null,
  record_key text not null,
  status outbox.delivery_status not null default 'pending',
  attempts integer not null default 0,
  attempts_before integer not null default 0,
  priority smallint not null default 1,
  -- 2 × priority, plus 1 after the first attempt: the index of due deliveries is read lane by lane.
  lane smallint not null generated always as (2 * priority + (attempts > attempts_before)::integer) stored,
  next_attempt_at timestamptz not null default now(),
  lease_until timestamptz,
  courier uuid,
  last_status_code integer,
  last_error text,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  receipt_due_at timestamptz,
  processed_at timestamptz,
  processing_error text,
  written_by xid8 not null default pg_current_xact_id(),

  constraint a_priority_is_0_1_or_2 check (priority between 0 and 2),
  constraint a_delivery_carries_a_message foreign key (message_id) references outbox.messages (id) on delete cascade,
  constraint a_delivery_goes_to_a_destination foreign key (destination) references outbox.destinations (name)
    on update cascade,
  constraint a_destination_gets_a_message_once unique (message_id, destination),
  constraint a_sending_delivery_is_leased check ((status = 'sending') = (lease_until is not null)),
  constraint a_settled_delivery_says_when
    check ((status in ('delivered', 'dead', 'cancelled')) = (settled_at is not null)),
  constraint what_is_processed_did_not_fail check (processed_at is null or processing_error is null)
);
create index deliveries_due on outbox.deliveries (destination, lane, next_attempt_at, id) where status = 'pending';
create index deliveries_leased on outbox.deliveries (destination, lease_until) where status = 'sending';
create index deliveries_in_order on outbox.deliveries (destination, record_key, id)
  where status in ('pending', 'sending');
create index deliveries_dead on outbox.deliveries (destination, settled_at) where status = 'dead';
create index deliveries_unprocessed on outbox.deliveries (receipt_due_at)
  where processed_at is null and (receipt_due_at is not null or processing_error is not null);
create index deliveries_by_writer on outbox.deliveries (destination, written_by);

alter table outbox.deliveries enable row level security;

comment on table outbox.deliveries is 'One message to one destination.';
comment on column outbox.deliveries.attempts is 'HTTP attempts started so far.';
comment on column outbox.deliveries.attempts_before is
  'Attempts before an admin last brought it back, or before the last one that was postponed; the schedule starts anew '
  'from there.';
comment on column outbox.deliveries.priority is
  '0: money and what follows from it. 1: everything else. 2: texts that people write. A lower number is always sent '
  'first.';
comment on column outbox.deliveries.lane is
  'How outbox.claim reads the queue: two lanes per priority, one without and one with a failed attempt.';
comment on column outbox.deliveries.next_attempt_at is
  'When it is due. While an earlier delivery of its record is unsettled: the latest time at which it is checked again.';
comment on column outbox.deliveries.lease_until is
  'A courier holds it until this time; after that another may claim it.';
comment on column outbox.deliveries.receipt_due_at is
  'Delivered, and the receiver should send its receipt by this time. Null: the destination sends no receipts.';
comment on column outbox.deliveries.processed_at is 'When the receiver reported its work as done.';
comment on column outbox.deliveries.processing_error is
  'Why the work failed, as the receiver reported it. Removed once the receiver reports it as done.';
comment on column outbox.deliveries.written_by is
  'The transaction that wrote it: how outbox.fill_feed finds what was committed since its last run.';
comment on column outbox.deliveries.last_error is 'The error of the last attempt.';

-- sql/20-outbox/10-tables/15-attempts.sql

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

comment on table outbox.attempts is 'The log of every HTTP attempt: the response, and how long it took.';
comment on column outbox.attempts.duration_ms is
  'From the first byte of the request to the last byte of the response, in ms.';
comment on column outbox.attempts.error is 'Why it did not count as delivered. Null: it did.';
comment on column outbox.attempts.response_body is 'The response body, cut to 20 KB.';

-- sql/20-outbox/10-tables/16-couriers.sql

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

comment on table outbox.couriers is 'Runs of the courier. While one is awake, the doorbell is not rung.';
comment on column outbox.couriers.pump is
  'What started it: bell (doorbell or cron) or tail (the run after an inbound webhook).';
comment on column outbox.couriers.awake_until is
  'Renewed with every claim; a time in the past means that the courier died.';

-- sql/20-outbox/10-tables/17-readers.sql

create table outbox.readers (
  destination text primary key,
  position bigint not null default 0,
  kept_after bigint not null default 0,
  seen_until xid8 not null default '0',
  server_started_at timestamptz not null default pg_postmaster_start_time(),

  constraint a_reader_is_a_destination foreign key (destination) references outbox.destinations (name) on update cascade
  on delete cascade,
  constraint positions_are_counted_up check (position >= kept_after and kept_after >= 0)
);

alter table outbox.readers enable row level security;

comment on table outbox.readers is
  'Destinations that pull their messages (functions/changes), and the state of each feed. Filling or trimming a feed '
  'locks its row.';
comment on column outbox.readers.position is 'Of the last message in its feed.';
comment on column outbox.readers.kept_after is
  'Some messages up to this position are not kept any more: a reader that has not read so far has lost them.';
comment on column outbox.readers.seen_until is
  'All transactions before this one had ended when the feed was last filled: the feed holds their messages.';
comment on column outbox.readers.server_started_at is
  'Start of the server that seen_until refers to: another server (a restored dump) numbers transactions anew.';

-- sql/20-outbox/10-tables/18-feed.sql

create table outbox.feed (
  destination text not null,
  position bigint not null,
  delivery_id bigint not null,

  constraint a_position_is_taken_once primary key (destination, position),
  constraint a_delivery_is_in_the_feed_once unique (delivery_id),
  constraint a_feed_has_a_reader foreign key (destination) references outbox.readers (destination) on update cascade
    on delete cascade
);

alter table outbox.feed enable row level security;

comment on table outbox.feed is
  'A destination''s messages in reading order. Written when it is read, by outbox.fill_feed.';
comment on column outbox.feed.position is 'Counts up; deleted messages leave gaps.';
comment on column outbox.feed.delivery_id is
  'No foreign key, which would make readers wait for couriers: outbox.trim_feed deletes its rows instead.';

-- sql/20-outbox/10-tables/19-replays.sql

create table outbox.replays (
  id bigint generated always as identity primary key,
  destination text not null,
  filter jsonb not null,
  reason text not null,
  requested_by text not null default coalesce(auth.uid()::text, current_user),
  message_count integer not null,
  created_at timestamptz not null default now(),

  constraint a_replay_has_a_reason check (btrim(reason) <> ''),
  constraint a_replay_is_of_messages check (message_count > 0)
);

alter table outbox.replays enable row level security;

alter table outbox.messages add constraint a_copy_belongs_to_a_replay foreign key (replay_id)
  references outbox.replays (id);
create index messages_by_replay on outbox.messages (replay_id) where replay_id is not null;

comment on table outbox.replays is 'Who sent which messages again, to which destination, and why. Never deleted.';
comment on column outbox.replays.destination is 'Its name at that time.';
comment on column outbox.replays.filter is 'The filter given to outbox.replay.';
comment on column outbox.replays.requested_by is 'The account that asked, by its id, or the database role.';
comment on column outbox.messages.replay_id is
  'Set: a copy that outbox.replay made of an earlier message, with an id of its own and everything else the same. The '
  'receiver sees the header webhook-replay.';

-- sql/20-outbox/10-tables/20-bells.sql

create table outbox.bells (
  nonce text primary key,
  rung_at timestamptz not null default now()
);
create index bells_by_age on outbox.bells (rung_at);

alter table outbox.bells enable row level security;

comment on table outbox.bells is
  'Bells that were answered in the last minutes: each starts one courier, however often it arrives.';
comment on column outbox.bells.nonce is 'Of the bell, which outbox.ring made.';

-- sql/20-outbox/20-write/add_route.sql

create function outbox.add_route(draft outbox.draft, route outbox.routes) returns outbox.draft
language plpgsql
set search_path = ''
as $$
declare
  v outbox.draft := draft;
begin
  if v.id is null then
    v.id := ops.uuid7();
    v.type := route.message_type;
    v.priority := route.priority;
    v.destinations := '{}';
    v.latest_only := '{}';
  end if;
  v.priority := least(v.priority, route.priority);
  if route.destination <> all (v.destinations) then
    v.destinations := v.destinations || route.destination;
  end if;
  if route.latest_only and route.destination <> all (v.latest_only) then
    v.latest_only := v.latest_only || route.destination;
  end if;
  return v;
end
$$;
comment on function outbox.add_route(outbox.draft, outbox.routes) is
  'A draft that goes to the destination of this route too; null as draft: a new one, of the route''s type.';

-- sql/20-outbox/20-write/call_off.sql

create function outbox.call_off(type text, record_key text, destinations text[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_called_off bigint[];
begin
  with called_off as (
    update outbox.deliveries d
    set status = 'cancelled', settled_at = now(), last_error = 'Replaced by a newer state of the same record.'
    from outbox.messages m
    where m.id = d.message_id
      and m.type = call_off.type
      and d.destination = any (call_off.destinations)
      and d.record_key = call_off.record_key
      and d.status = 'pending'
    returning d.id
  )
  select array_agg(c.id) into v_called_off from called_off c;
  if v_called_off is not null then
    -- Deliveries that waited behind the cancelled ones are released.
    perform outbox.release_next(call_off.destinations, v_called_off);
  end if;
end
$$;
comment on function outbox.call_off(text, text, text[]) is
  'Cancels the waiting messages of a type about a record, because a newer one takes their place.';

-- sql/20-outbox/20-write/capture_change.sql

-- The trigger of every business table with changes that may be sent. outbox.routes decides which messages it writes. It
-- runs for each row, or for each statement with the transition tables new_rows and old_rows: once for all its rows. An
-- optional trigger argument names a function (row id) → jsonb: the members of its result are added to the message's
-- data. One query finds the routes; what is done for a row and a route needs none, for an insert.
create function outbox.capture_change() returns trigger
language plpgsql
security definer -- the writer of a row has no right to read or write the outbox
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_routes outbox.routes[];
  v_route outbox.routes;
  v_new jsonb[];
  v_old jsonb[];
  v_record jsonb;
  v_details jsonb[];
  v_columns text[];
  v_previous jsonb;
  v_causes jsonb;
  v_cause text;
  v_first integer;
  v_place integer;
  v_drafts outbox.draft[] := '{}';
begin
  select array_agg(r order by r.id) into v_routes
  from outbox.routes r
  where r.table_name = tg_table_schema || '.' || tg_table_name and r.enabled and tg_op = any (r.operations);
  if v_routes is null then
    return null;
  end if;
  if tg_level = 'ROW' then
    if tg_op <> 'DELETE' then v_new := array[to_jsonb(new)]; end if;
    if tg_op <> 'INSERT' then v_old := array[to_jsonb(old)]; end if;
  else
    -- Postgres fills both tables row by row: the same place is the same row.
    if tg_op <> 'DELETE' then v_new := array(select to_jsonb(n) from new_rows n); end if;
    if tg_op <> 'INSERT' then v_old := array(select to_jsonb(o) from old_rows o); end if;
  end if;
  v_cause := nullif(current_setting('signalbox.event_id', true), '');
  v_causes := nullif(current_setting('signalbox.event_ids', true), '');

  for i in 1 .. cardinality(coalesce(v_new, v_old)) loop
    v_record := coalesce(v_new[i], v_old[i]);
    if tg_op = 'UPDATE' then
      continue when v_new[i] = v_old[i];
      select array_agg(n.key order by n.key), jsonb_object_agg(n.key, v_old[i] -> n.key) into v_columns, v_previous
      from jsonb_each(v_record) n
      where n.key not in ('updated_at', 'as_of', 'as_of_event', 'email_as_of')
        and n.value is distinct from v_old[i] -> n.key;
      continue when v_columns is null;
    end if;

    -- A draft for each type of message, in the order of the first route that matches.
    v_first := cardinality(v_drafts) + 1;
    foreach v_route in array v_routes loop
      continue when tg_op = 'UPDATE' and v_route.when_column <> all (v_columns);
      continue when v_route.becomes is not null
        and v_record ->> v_route.when_column is distinct from v_route.becomes;
      continue when tg_op = 'UPDATE' and v_old[i] ->> v_route.when_column = any (v_route.not_from);
      v_place := v_first;
      while v_place <= cardinality(v_drafts) and v_drafts[v_place].type <> v_route.message_type loop
        v_place := v_place + 1;
      end loop;
      v_drafts[v_place] := outbox.add_route(v_drafts[v_place], v_route);
    end loop;
    continue when cardinality(v_drafts) < v_first;

    if tg_nargs > 0 and v_details is null then
      execute format('select array_agg(%s((c.record ->> ''id'')::uuid) order by c.place) from unnest($1) '
        'with ordinality as c (record, place)', tg_argv[0]) into v_details using coalesce(v_new, v_old);
    end if;
    for n in v_first .. cardinality(v_drafts) loop
      v_drafts[n].sequence := nextval('outbox.message_sequence');
      v_drafts[n].record_key := tg_table_name || '/' || coalesce(v_record ->> 'id',
        outbox.key_of(v_record, tg_relid));
      v_drafts[n].event_id := case when v_causes is null then v_cause else coalesce(
        v_causes ->> (v_record ->> 'id'), v_causes ->> (v_record ->> 'order_id'),
        v_causes ->> (v_record ->> 'payment_id'), v_causes ->> (v_record ->> 'checkout_session_id'), v_cause) end;
      v_drafts[n].payload := json_build_object(
        'type', v_drafts[n].type,
        'timestamp', ops.iso_utc(now()),
        'data', case when v_details is null then v_record else v_record || coalesce(v_details[i], '{}') end,
        'change', json_build_object(
          'table', tg_table_name,
          'operation', tg_op,
          'sequence', v_drafts[n].sequence,
          'columns', v_columns,
          'previous', v_previous
        )
      );
    end loop;
  end loop;
  if v_drafts <> '{}' then
    perform outbox.write_messages(v_drafts);
  end if;
  return null;
end
$$;
comment on function outbox.capture_change() is
  'Trigger: writes a message, and its deliveries, for each route the change matches, in the same transaction. Runs for '
  'each row, or for each statement with the transition tables new_rows and old_rows.';

-- sql/20-outbox/20-write/forward_event.sql

create function outbox.forward_event(event inbox.events) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_destinations text[];
  v_priority integer;
begin
  if event.trust = 'unconfirmed' or event.not_ours is not null then
    return;
  end if;
  select array_agg(distinct r.destination), min(r.priority) into v_destinations, v_priority
  from outbox.routes r
  where r.provider = event.provider and r.enabled and event.type = any (r.event_types);
  if v_destinations is not null then
    perform outbox.write_message(
      event.type, event.provider || '/' || coalesce(event.subject, event.provider_event_id), null, event.id,
      v_destinations,
      priority => v_priority
    );
  end if;
end
$$;
comment on function outbox.forward_event(inbox.events) is
  'Forwards an inbound event, byte for byte, where a route says so, even when it is not applied here.';

-- sql/20-outbox/20-write/forward_events.sql

create function outbox.forward_events(ids uuid[]) returns void
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  perform outbox.forward_event(e.row)
  from unnest(ids) with ordinality as g (id, place)
  cross join lateral (
    select e as row
    from inbox.events e
    where e.id = g.id and exists (
      select 1 from outbox.routes r where r.provider = e.provider and r.enabled and e.type = any (r.event_types)
    )
    offset 0
  ) e
  order by g.place;
end
$$;
comment on function outbox.forward_events(uuid[]) is
  'Forwards inbound events, in this order, where a route says so: see outbox.forward_event.';

-- sql/20-outbox/20-write/key_of.sql

create function outbox.key_of(record jsonb, relation oid) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(string_agg(key_of.record ->> a.attname, '/' order by k.place), md5(key_of.record::text))
    from pg_catalog.pg_index i
    cross join unnest(i.indkey::smallint[]) with ordinality as k (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
    where i.indrelid = key_of.relation and i.indisprimary
  );
end
$$;
comment on function outbox.key_of(jsonb, oid) is
  'The key of a row in a table without id: the values of its primary key, else a digest of the whole row. A business '
  'row is never refused because of its message.';

-- sql/20-outbox/20-write/refuse_truncate.sql

create function outbox.refuse_truncate() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'TRUNCATE of %.% would remove rows without writing their messages', tg_table_schema, tg_table_name
    using hint = format(
      'Remove them by delete from %1$I.%2$I where …, which writes their messages. To remove them without messages: '
      'alter table %1$I.%2$I disable trigger user first.',
      tg_table_schema, tg_table_name
    );
end
$$;
comment on function outbox.refuse_truncate() is
  'Statement trigger of every table with the trigger capture_change: TRUNCATE runs no row trigger, so no message would '
  'be written.';

-- sql/20-outbox/20-write/with_receipt.sql

create function outbox.with_receipt(payload text, delivery_id bigint) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_url text := outbox.receipt_url(with_receipt.delivery_id);
begin
  -- Payloads are objects that we wrote ourselves: a member is added before the last brace, and nothing else changes.
  return case when v_url is null then payload else left(payload, -1) || ',"receipt_url":' || to_json(v_url) || '}' end;
end
$$;
comment on function outbox.with_receipt(text, bigint) is
  'A message''s payload with the URL at which its receiver reports that its work is done.';

-- sql/20-outbox/20-write/write_message.sql

create function outbox.write_message(
  type text, record_key text, payload text, event_id uuid, destinations text[], sequence bigint
  default nextval('outbox.message_sequence'),
  latest_only text[] default '{}', priority integer default 1
) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := ops.uuid7();
begin
  perform outbox.write_messages(array[row(v_id, write_message.sequence, write_message.type, write_message.record_key,
    write_message.payload, write_message.event_id, write_message.destinations, write_message.latest_only,
    write_message.priority)::outbox.draft]);
  return v_id;
end
$$;
comment on function outbox.write_message(text, text, text, uuid, text[], bigint, text[], integer) is
  'Writes one message to the outbox, with a delivery to each destination. For those in latest_only it replaces waiting '
  'messages of its type about the same record. priority: see outbox.routes.';

-- sql/20-outbox/20-write/write_messages.sql

create function outbox.write_messages(drafts outbox.draft[]) returns void
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_draft outbox.draft;
begin
  foreach v_draft in array drafts loop
    if cardinality(v_draft.latest_only) > 0 then
      perform outbox.call_off(v_draft.type, v_draft.record_key, v_draft.latest_only);
    end if;
  end loop;
  with written as (
    insert into outbox.messages (id, sequence, type, record_key, payload, event_id)
    select d.id, d.sequence, d.type, d.record_key, d.payload, d.event_id from unnest(drafts) as d
  )
  insert into outbox.deliveries (message_id, destination, record_key, priority)
  select d.id, t.name, d.record_key, d.priority
  from unnest(drafts) as d, unnest(d.destinations) as t (name)
  order by d.sequence, t.name;
end
$$;
comment on function outbox.write_messages(outbox.draft[]) is
  'Writes messages to the outbox, in this order, each with a delivery to each of its destinations. For those in '
  'latest_only it replaces waiting messages of its type about the same record; no two of the drafts may be of one type '
  'and record then.';

-- sql/20-outbox/30-doorbell/bell_is_genuine.sql

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
  -- Digests of both are compared, so that the time it takes does not show how many bytes are right.
  return coalesce(
    v_expires_at between v_now and v_now + 60
    and sha256(convert_to(bell ->> 'signature', 'UTF8'))
      = sha256(convert_to(outbox.doorbell_signature(v_expires_at, bell ->> 'nonce'), 'UTF8')),
    false
  );
end
$$;
comment on function outbox.bell_is_genuine(jsonb) is
  'Whether a call of the courier came from outbox.ring within the last minute. A malformed call returns false and '
  'raises no error.';

-- sql/20-outbox/30-doorbell/courier_is_awake.sql

create function outbox.courier_is_awake() returns boolean
language plpgsql volatile
set search_path = ''
as $$
begin
  -- A time far in the future was written before the clock stepped back, and is ignored.
  return exists (
    select 1 from outbox.couriers c
    where c.ended_at is null and c.awake_until > clock_timestamp() and c.awake_until < clock_timestamp() +
      interval '1 minute'
  );
end
$$;
comment on function outbox.courier_is_awake() is 'Whether a running courier will look for deliveries again.';

-- sql/20-outbox/30-doorbell/courier_lock.sql

-- A transaction that writes a delivery and finds a courier awake holds this lock shared until it commits; a courier may
-- end its run only when it can take the lock exclusively. So a courier that was awake when a bell was left out always
-- looks again after that commit.
create function outbox.courier_lock() returns bigint
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return hashtextextended('signalbox/outbox/courier', 0);
end
$$;
comment on function outbox.courier_lock() is
  'The advisory lock between transactions that write deliveries and a courier that ends its run.';

-- sql/20-outbox/30-doorbell/doorbell_signature.sql

create function outbox.doorbell_signature(expires_at bigint, nonce text) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select encode(
      extensions.hmac('dispatch.' || doorbell_signature.expires_at || '.' || doorbell_signature.nonce,
        s.decrypted_secret, 'sha256'), 'hex'
    )
    from vault.decrypted_secrets s
    where s.name = 'signalbox_doorbell'
  );
end
$$;
comment on function outbox.doorbell_signature(bigint, text) is
  'The signature of a bell: an HMAC-SHA256 with a key that lives in Vault and never leaves the database. expires_at in '
  'unix seconds.';

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'signalbox_doorbell',
  'Signs the calls that wake the courier. Made by the migration; never needed by hand.');

-- sql/20-outbox/30-doorbell/due.sql

-- Destinations in Postgres' own order of names, each with a delivery that a courier could claim now. One index probe
-- per lane: as subqueries the times are limits of the index scan, and one index alone has the order, so that what waits
-- for its next attempt is not read, whatever the statistics are.
create function outbox.due() returns setof text
language sql stable
set search_path = ''
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set enable_incremental_sort = off
begin atomic
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
end;
comment on function outbox.due() is 'The destinations that have a delivery due, or one held by a dead courier.';

-- sql/20-outbox/30-doorbell/needs_courier.sql

create function outbox.needs_courier() returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return not outbox.courier_is_awake() and (exists (select 1 from outbox.due())
    or exists (select 1 from inbox.unreadable_due(1)) or exists (select 1 from inbox.unconfirmed_due(1)));
end
$$;
comment on function outbox.needs_courier() is 'Whether something is due and no courier is awake.';

-- sql/20-outbox/30-doorbell/ring.sql

create function outbox.ring() returns bigint
language plpgsql
security definer -- reads the doorbell's key in Vault for any writer of a row
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
comment on function outbox.ring() is
  'Rings the doorbell: pg_net calls the courier when this transaction commits. The body is signed for one minute and '
  'holds no secret. Returns pg_net''s request id; null when no functions_url is set.';

-- sql/20-outbox/30-doorbell/ring_for_deliveries.sql

create function outbox.ring_for_deliveries() returns trigger
language plpgsql
security definer -- see outbox.ring
set search_path = ''
as $$
begin
  -- Once per transaction; a rollback to a savepoint undoes the mark together with the bell.
  if current_setting('signalbox.rung', true) = 'yes' then
    return null;
  end if;
  begin
    perform set_config('signalbox.rung', 'yes', true);
    perform pg_advisory_xact_lock_shared(outbox.courier_lock());
    if not outbox.courier_is_awake() then
      perform outbox.ring();
    end if;
  exception when others then
    -- A failing bell must not fail an order: cron and the runs after webhooks deliver.
    raise warning 'the doorbell could not be rung: %', sqlerrm;
  end;
  return null;
end
$$;
comment on function outbox.ring_for_deliveries() is
  'Statement trigger: new deliveries ring the doorbell, unless a courier is awake and will look again.';

create trigger ring_the_doorbell
after insert on outbox.deliveries
for each statement execute function outbox.ring_for_deliveries();

-- sql/20-outbox/30-doorbell/ring_if_due.sql

create function outbox.ring_if_due() returns bigint
language sql
set search_path = ''
begin atomic
  select case when outbox.needs_courier() then outbox.ring() end;
end;
comment on function outbox.ring_if_due() is
  'Rings when something is due and no courier is awake. Run by cron: for retries, and after a lost bell.';

-- sql/20-outbox/30-doorbell/set_functions_url.sql

create function outbox.set_functions_url(url text) returns void
language plpgsql
set search_path = ''
as $$
begin
  if strpos(set_functions_url.url, '<') > 0 then
    raise exception 'this is the placeholder of an address' using errcode = '22023',
      hint = 'Write the project''s own reference in place of <project ref>.';
  end if;
  update outbox.settings set functions_url = rtrim(set_functions_url.url, '/') where only_row;
end
$$;
comment on function outbox.set_functions_url(text) is
  'Sets the address of the functions; the doorbell rings <url>/dispatch. Raises 22023 for a placeholder.';

-- sql/20-outbox/30-doorbell/take_bell.sql

create function outbox.take_bell(bell jsonb) returns text
language plpgsql
set search_path = ''
as $$
begin
  if not outbox.bell_is_genuine(bell) then
    return 'refused';
  end if;
  insert into outbox.bells (nonce) values (bell ->> 'nonce') on conflict do nothing;
  if not found then
    return 'again';
  end if;
  -- A bell is genuine for a minute, so that older ones need not be known. Two calls wait for none of each other's rows.
  delete from outbox.bells b
  where b.nonce in (
    select o.nonce from outbox.bells o where o.rung_at < now() - interval '10 minutes' limit 100 for update skip locked
  );
  return 'first';
end
$$;
comment on function outbox.take_bell(jsonb) is
  'What a call of the courier is: first, start one; again, the same bell has started one already; refused, it is not '
  'genuine (outbox.bell_is_genuine).';

-- sql/20-outbox/40-deliver/claim.sql

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
  update outbox.couriers c set awake_until = v_now + interval '5 seconds', ended_at = null where c.id = claim.courier;

  for v_destination in
    select d.* from outbox.destinations d
    where d.name in (select outbox.due())
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
        besides => v_chosen);
      v_chosen := v_chosen || outbox.pick(v_destination.name, v_room - cardinality(v_chosen), '{1,3,5}', v_lease,
        besides => v_chosen);
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

-- sql/20-outbox/40-deliver/finish_run.sql

create function outbox.finish_run(courier uuid, even_if_due boolean default false) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if not even_if_due then
    -- The lock is not free: another transaction is about to commit a delivery and did not ring, because a courier is
    -- awake.
    if not pg_try_advisory_xact_lock(outbox.courier_lock()) then
      return false;
    end if;
    if exists (select 1 from outbox.due()) then
      return false;
    end if;
  end if;
  update outbox.couriers c set ended_at = clock_timestamp(), awake_until = null where c.id = finish_run.courier;
  if even_if_due then
    perform outbox.ring_if_due();
  end if;
  return true;
end
$$;
comment on function outbox.finish_run(uuid, boolean) is
  'A courier asks to end its run: false when it must look again first. even_if_due: its time is up; a bell hands the '
  'rest to a new run.';

-- sql/20-outbox/40-deliver/mend_clock.sql

create function outbox.mend_clock() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_count integer;
  v_mended integer := 0;
begin
  update outbox.destinations d set tokens_at = v_now where d.tokens_at > v_now;
  get diagnostics v_count = row_count;
  v_mended := v_mended + v_count;
  -- A hold never lasts longer than 5 minutes.
  update outbox.destinations d
  set held_until = v_now
  where d.held_until > v_now + interval '1 hour' and d.opened_at is not null;
  get diagnostics v_count = row_count;
  v_mended := v_mended + v_count;
  -- A lease lasts for a timeout, at most a minute, and 30 seconds.
  update outbox.deliveries x
  set lease_until = v_now + interval '90 seconds'
  where x.status = 'sending' and x.lease_until > v_now + interval '3 minutes';
  get diagnostics v_count = row_count;
  v_mended := v_mended + v_count;
  update outbox.deliveries x
  set next_attempt_at = v_now
  where x.status = 'pending' and x.lane in (0, 2, 4) and x.next_attempt_at > v_now and x.created_at > v_now +
    interval '1 second'
    and not exists (
      select 1 from outbox.deliveries earlier
      where earlier.destination = x.destination and earlier.record_key = x.record_key and earlier.id < x.id
        and earlier.status in ('pending', 'sending')
    );
  get diagnostics v_count = row_count;
  return v_mended + v_count;
end
$$;
comment on function outbox.mend_clock() is
  'After the server''s clock stepped back: times too far in the future are set to now, so that nothing waits for the '
  'clock to catch up. Run by cron. Returns how many were changed; usually 0.';

-- sql/20-outbox/40-deliver/pick.sql

-- Called by outbox.claim alone. The settings of outbox.claim make every query here a walk along one index: the cost of
-- a claim must not grow with the queue, nor depend on statistics.
create function outbox.pick(
  destination text, at_most integer, lanes integer[], lease interval, newest boolean default false, besides bigint[]
  default '{}'
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
        v_window := at_most - cardinality(v_picked) + cardinality(besides);
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
        -- outbox.release_next brings the next one forward when the first of its record is settled.
        update outbox.deliveries x
        set next_attempt_at = greatest(v_now + lease, (
          select earlier.next_attempt_at
          from outbox.deliveries earlier
          where (earlier.destination, earlier.record_key, earlier.id) >= (pick.destination, x.record_key, 0::bigint)
            and earlier.status in ('pending', 'sending')
          order by earlier.destination, earlier.record_key, earlier.id
          limit 1
        ))
        where x.id = any (v_due) and x.id <> all (v_ready);
      end if;
      v_picked := v_picked || array(
        select r.id
        from unnest(v_ready) with ordinality as r (id, place)
        where r.id <> all (besides)
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
  'each the first of its record, and not among besides; the longest due first, or the newest. Others of a record are '
  'put off: for the lease, or until its first one is due.';

-- sql/20-outbox/40-deliver/rate_of.sql

create function outbox.rate_of(destination outbox.destinations) returns numeric
language plpgsql stable
set search_path = ''
as $$
declare
  v_recovering double precision := date_part('epoch', clock_timestamp() - destination.recovering_since);
begin
  if v_recovering < 60 then
    -- A destination that has just recovered must not be overloaded by everything that waits for it.
    return destination.max_per_second * greatest(0.1, v_recovering / 60)::numeric;
  end if;
  return destination.max_per_second;
end
$$;
comment on function outbox.rate_of(outbox.destinations) is
  'Requests per second that may be sent to a destination now: max_per_second, or less in the minute after its breaker '
  'closed.';

-- sql/20-outbox/40-deliver/record.sql

create function outbox.record(courier uuid, results jsonb) returns void
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_destinations text[];
  v_held_up text[];
begin
  -- A result lost in a crash of the server means a second sending, under the same id.
  perform set_config('synchronous_commit', 'off', true);

  with given as materialized (
    select d.id, d.destination, d.record_key, r.attempt, r.outcome, r.started_at, r.duration_ms, r.status_code, r.error,
    r.response_body,
      d.status = 'sending' and d.courier = record.courier and d.attempts = r.attempt as current
    from jsonb_to_recordset(results) as r (
      delivery_id bigint, attempt integer, outcome text, started_at timestamptz, duration_ms integer,
      status_code integer, error text, response_body text
    )
    join outbox.deliveries d on d.id = r.delivery_id
    order by d.id
    for no key update of d
  ), logged as (
    insert into outbox.attempts (delivery_id, number, started_at, duration_ms, status_code, error, response_body,
      courier)
    select g.id, g.attempt, g.started_at, g.duration_ms, g.status_code, g.error, g.response_body, record.courier
    from given g
    where g.outcome <> 'unsent'
    on conflict on constraint an_attempt_is_recorded_once do nothing
  ), delivered as (
    update outbox.deliveries d
    set status = 'delivered', settled_at = now(), lease_until = null, last_status_code = g.status_code,
      last_error = null,
        receipt_due_at = case when t.receipts then now() + t.receipt_within end
    from given g
    join outbox.destinations t on t.name = g.destination
    where d.id = g.id and g.current and g.outcome = 'delivered'
    returning d.destination
  ), answering as (
    -- At most once a second, because claims and records of all couriers share this row.
    update outbox.destinations t
    set last_delivered_at = clock_timestamp()
    where t.name in (select x.destination from delivered x)
      and (t.last_delivered_at is null or t.last_delivered_at not between clock_timestamp() - interval '1 second'
        and clock_timestamp())
  )
  select array_agg(distinct g.destination) into v_destinations from given g;

  -- Nearly always everything was delivered, and nothing below has to run.
  if results @? '$[*] ? (!(@.outcome == "delivered"))' then
    perform outbox.record_failures(record.courier, results);
  end if;
  if results @? '$[*] ? (@.outcome == "retry")'
    or exists (select 1 from outbox.destinations t where t.name = any (v_destinations)
      and (t.failures > 0 or t.opened_at is not null)) then
    perform outbox.record_health(results);
  end if;
  select array_agg(d.name) into v_held_up
  from unnest(v_destinations) as d (name)
  where exists (select 1 from outbox.deliveries x where x.destination = d.name and x.status = 'pending'
    and x.next_attempt_at > clock_timestamp());
  if v_held_up is not null then
    perform outbox.release_next(v_held_up, array(select r.delivery_id from jsonb_to_recordset(results) as r
      (delivery_id bigint)));
  end if;
end
$$;
comment on function outbox.record(uuid, jsonb) is
  'Records the results of attempts: [{delivery_id, attempt, outcome, started_at, duration_ms, status_code, error, '
  'response_body, retry_after_ms}]. outcome: delivered; retry (by the schedule, or Retry-After when that is later, at '
  'most 24 h); postponed (a job waits for something: after retry_after_ms, no failure); refused (dead at once); '
  'cancelled (nothing is left to do); gone (410: pauses the destination, keeps the delivery); unsent (nothing was '
  'sent: no attempt used).';

-- sql/20-outbox/40-deliver/record_and_claim.sql

create function outbox.record_and_claim(courier uuid, results jsonb, at_most integer, max_bytes bigint default null)
returns table (
  delivery_id bigint, attempt integer, message_id uuid, type text, destination text, adapter text, url text,
  timeout_ms integer,
  provider text, body text, replay_id bigint
)
language plpgsql
set search_path = ''
as $$
begin
  if jsonb_array_length(results) > 0 then
    perform outbox.record(record_and_claim.courier, record_and_claim.results);
  end if;
  if at_most > 0 then
    return query select * from outbox.claim(record_and_claim.courier, record_and_claim.at_most,
      record_and_claim.max_bytes);
  end if;
end
$$;
comment on function outbox.record_and_claim(uuid, jsonb, integer, bigint) is
  'outbox.record, then outbox.claim, in one round trip.';

-- sql/20-outbox/40-deliver/record_failures.sql

create function outbox.record_failures(courier uuid, results jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v record;
  v_delay interval;
begin
  for v in
    select r.*, d.id, d.destination, d.attempts, d.attempts_before
    from jsonb_to_recordset(results) as r (
      delivery_id bigint, attempt integer, outcome text, status_code integer, error text, retry_after_ms bigint
    )
    join outbox.deliveries d on d.id = r.delivery_id
    where r.outcome is distinct from 'delivered'
      -- Otherwise its lease ended and another courier holds it: the log keeps the attempt, the other courier decides
      -- its state.
      and d.status = 'sending' and d.courier = record_failures.courier and d.attempts = r.attempt
    order by d.id
  loop
    case v.outcome
      when 'cancelled', 'refused' then
        update outbox.deliveries d
        set status = case v.outcome when 'cancelled' then 'cancelled' else 'dead' end::outbox.delivery_status,
            settled_at = now(), lease_until = null, last_status_code = v.status_code, last_error = v.error
        where d.id = v.id;
      when 'unsent' then
        -- Nothing was sent (no URL, no secret): it uses up no attempt, and the destination is held.
        update outbox.deliveries d
        set status = 'pending', lease_until = null, courier = null, attempts = d.attempts - 1, last_error = v.error
        where d.id = v.id;
        update outbox.destinations t
        set held_until = now() + interval '1 minute', held_reason = coalesce(v.error, 'no reason given')
        where t.name = v.destination;
      when 'postponed' then
        -- It goes well and takes time: no failure, and no attempt of the schedule.
        update outbox.deliveries d
        set status = 'pending', lease_until = null, courier = null, last_status_code = v.status_code, last_error = null,
            -- Not equal to attempts: it waits for its own time, and is not released before (outbox.release_next).
            attempts_before = d.attempts - 1,
            next_attempt_at = clock_timestamp()
              + make_interval(secs => least(greatest(coalesce(v.retry_after_ms, 0), 1000), 86400000) / 1000.0)
        where d.id = v.id;
      when 'retry', 'gone' then
        v_delay := outbox.retry_delay(v.attempts - v.attempts_before);
        if v.outcome = 'gone' then
          -- A pause never drops a delivery: not even after the last attempt.
          perform outbox.pause(v.destination, v.error);
          v_delay := coalesce(v_delay, '0 seconds');
        end if;
        update outbox.deliveries d
        set status = case when v_delay is null then 'dead' else 'pending' end::outbox.delivery_status,
            settled_at = case when v_delay is null then now() end,
            next_attempt_at = case
              when v_delay is null then d.next_attempt_at
              else clock_timestamp() + greatest(v_delay,
                least(make_interval(secs => coalesce(v.retry_after_ms, 0) / 1000.0), interval '24 hours'))
            end,
            lease_until = null,
            courier = null,
            last_status_code = v.status_code,
            last_error = v.error
        where d.id = v.id;
      else
        raise exception 'no rule for the outcome %', coalesce(v.outcome, '(none)') using errcode = '22023';
    end case;
  end loop;
end
$$;
comment on function outbox.record_failures(uuid, jsonb) is
  'The part of outbox.record for failed attempts: sets the state of each delivery by its outcome.';

-- sql/20-outbox/40-deliver/record_health.sql

create function outbox.record_health(results jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v record;
begin
  for v in
    select d.destination,
      count(*) filter (where r.outcome in ('delivered', 'refused', 'cancelled', 'postponed'))::integer as delivered,
      -- A first attempt says something about the destination. A message that failed before the destination last
      -- accepted another one fails by itself: its retries do not count, except as the probe of an open breaker.
      count(*) filter (
        where r.outcome = 'retry' and r.status_code is distinct from 429
          and (d.attempts - d.attempts_before <= 1 or t.opened_at is not null or t.last_delivered_at is null
            or not exists (
            select 1 from outbox.attempts a
            where a.delivery_id = d.id and a.number = d.attempts_before + 1 and a.started_at < t.last_delivered_at
          ))
      )::integer as failed,
      (array_agg(r.error order by d.id desc) filter (where r.outcome = 'retry'))[1] as reason,
      max(make_interval(secs => greatest(coalesce(r.retry_after_ms, 0), 1000) / 1000.0))
        filter (where r.status_code = 429) as asked_to_wait
    from jsonb_to_recordset(results) as r (delivery_id bigint, outcome text, status_code integer, error text,
      retry_after_ms bigint)
    join outbox.deliveries d on d.id = r.delivery_id
    join outbox.destinations t on t.name = d.destination
    group by d.destination
    order by d.destination
  loop
    -- In the common case nothing changes, and no row is locked that all couriers would queue for.
    if v.failed > 0 or v.asked_to_wait is not null
      or exists (select 1 from outbox.destinations t where t.name = v.destination
        and (t.failures > 0 or t.opened_at is not null)) then
      perform outbox.update_breaker(v.destination, v.delivered, v.failed, v.reason, v.asked_to_wait);
    end if;
  end loop;
end
$$;
comment on function outbox.record_health(jsonb) is
  'The part of outbox.record for destinations: updates the health of each from a batch of attempts.';

-- sql/20-outbox/40-deliver/release_next.sql

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

-- sql/20-outbox/40-deliver/retry_delay.sql

-- The schedule that Standard Webhooks suggests. Jitter is only added, so that no receiver sees a retry sooner than
-- announced.
create function outbox.retry_delay(attempts integer) returns interval
language sql volatile parallel safe
set search_path = ''
return (array['5 seconds', '5 minutes', '30 minutes', '2 hours', '5 hours', '10 hours', '14 hours', '20 hours',
  '24 hours']::interval[])[attempts]
  * (1 + random() * 0.1);
comment on function outbox.retry_delay(integer) is
  'How long after the n-th failed attempt the next is due. Null: there is none.';

-- sql/20-outbox/40-deliver/retry_span.sql

create function outbox.retry_span() returns interval
language plpgsql volatile parallel safe
set search_path = ''
as $$
declare
  v_span interval := '0';
  v_delay interval;
  v_attempts integer := 1;
begin
  loop
    v_delay := outbox.retry_delay(v_attempts);
    exit when v_delay is null;
    v_span := v_span + v_delay;
    v_attempts := v_attempts + 1;
  end loop;
  -- The jitter of another delivery may be longer, by a tenth at most.
  return v_span * 1.1;
end
$$;
comment on function outbox.retry_span() is
  'How long a delivery is retried at most, by outbox.retry_delay: after that it is delivered or dead. A longer '
  'Retry-After of a receiver extends it.';

-- sql/20-outbox/40-deliver/update_breaker.sql

create function outbox.update_breaker(destination text, delivered integer, failed integer, reason text,
  asked_to_wait interval) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_destination outbox.destinations;
  v_failures integer;
  v_opens boolean;
begin
  select d.* into v_destination from outbox.destinations d where d.name = update_breaker.destination for no key update;
  if delivered > 0 then
    if v_destination.opened_at is not null then
      -- Deliveries that failed only while it was down are due at once. Those that failed before keep their schedule:
      -- the fault may be their own.
      update outbox.deliveries x set next_attempt_at = x.created_at
      where x.id in (
        select y.id from outbox.deliveries y
        where y.destination = v_destination.name and y.status = 'pending' and y.lane in (1, 3, 5)
          and not exists (
            select 1 from outbox.attempts a
            where a.delivery_id = y.id and a.number > y.attempts_before
              and a.started_at < v_destination.opened_at - make_interval(secs => v_destination.timeout_ms / 1000.0 + 5)
          )
        for no key update skip locked -- a change is cancelling it right now (latest_only)
      );
    end if;
    update outbox.destinations d
    set failures = 0,
        opened_at = null,
        -- After a few seconds the queue is short, and single messages may have been the reason: it continues at its
        -- full rate.
        recovering_since = case
          when d.opened_at < clock_timestamp() - interval '30 seconds' then clock_timestamp()
          else d.recovering_since
        end,
        held_until = case when d.opened_at is null then d.held_until end,
        held_reason = case when d.opened_at is null then d.held_reason end
    where d.name = v_destination.name and (d.failures > 0 or d.opened_at is not null);
  -- While an open breaker holds, a failure is no probe: its request was in flight before.
  elsif failed > 0 and not (v_destination.opened_at is not null
    and coalesce(v_destination.held_until > clock_timestamp(), false)) then
    v_failures := case
      when v_destination.opened_at is not null then v_destination.failures + 1
      -- Everything in flight fails together: that opens the breaker, and doubles no wait.
      else least(v_destination.failures + failed, v_destination.breaker_after)
    end;
    -- The destination answers: the failures in a row were those of single messages.
    v_opens := v_failures >= v_destination.breaker_after
      and (v_destination.opened_at is not null or coalesce(v_destination.last_delivered_at < clock_timestamp() -
        interval '5 seconds', true));
    update outbox.destinations d
    set failures = v_failures,
        opened_at = case when v_opens then coalesce(d.opened_at, clock_timestamp()) end,
        held_until = case
          when v_opens then clock_timestamp() +
          least(interval '10 seconds' * (2 ^ least(v_failures - d.breaker_after, 10)), interval '5 minutes')
          else d.held_until
        end,
        held_reason = case
          when v_opens then format('Its breaker is open: %s attempts in a row failed. %s', v_failures,
            update_breaker.reason)
          else d.held_reason
        end
    where d.name = v_destination.name;
  end if;
  if asked_to_wait > interval '0' then
    update outbox.destinations d
    set held_until = greatest(d.held_until, clock_timestamp() + least(asked_to_wait, interval '5 minutes')),
        held_reason = case when d.held_until > clock_timestamp() then d.held_reason
        else 'It asked for a pause (429).' end
    where d.name = v_destination.name;
  end if;
end
$$;
comment on function outbox.update_breaker(text, integer, integer, text, interval) is
  'Updates a destination''s breaker from a batch of attempts: a success closes it, breaker_after failures in a row '
  'open it, each failed probe doubles the wait (10 s to 5 min). asked_to_wait: by a 429. Nothing is dropped.';

-- sql/20-outbox/40-deliver/wake.sql

create function outbox.wake(pump text) returns uuid
language sql
set search_path = ''
begin atomic
  insert into outbox.couriers (pump, awake_until) values (wake.pump, clock_timestamp() + interval '5 seconds')
  returning id;
end;
comment on function outbox.wake(text) is 'Starts a run of the courier.';

-- sql/20-outbox/50-admin/cancel.sql

create function outbox.cancel(delivery_id bigint, reason text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_delivery outbox.deliveries;
begin
  perform ops.decide('outbox.cancel', cancel.delivery_id::text, cancel.reason);
  update outbox.deliveries d
  set status = 'cancelled', settled_at = now(), last_error = cancel.reason
  where d.id = cancel.delivery_id and d.status in ('pending', 'dead')
  returning d.* into v_delivery;
  if not found then
    raise exception 'delivery % is not waiting or dead', cancel.delivery_id
      using hint = 'A delivered one cannot be cancelled; one that is being sent settles by itself first.';
  end if;
  perform outbox.release_next(array[v_delivery.destination], array[v_delivery.id]);
end
$$;
comment on function outbox.cancel(bigint, text) is 'Cancels a delivery. outbox.retry brings it back. reason: why, '
  'kept in ops.decisions; raises 22023 without one.';

-- sql/20-outbox/50-admin/dead_routes.sql

-- For ops.attention. A route that cannot write messages fails silently: it is reported nowhere else.
create function outbox.dead_routes() returns table (id bigint, destination text, message_type text, why text)
language sql stable
set search_path = ''
as $$
  select r.id, r.destination, coalesce(r.message_type, array_to_string(r.event_types, ', ')), w.why
  from outbox.routes r
  cross join lateral (
    select case
      when r.table_name is null then
        case when not exists (select 1 from inbox.providers p where p.name = r.provider) then
          format('There is no provider %s in inbox.providers.', r.provider)
        end
      when to_regclass(r.table_name) is null then format('There is no table %s. It was renamed or dropped.',
        r.table_name)
      when not exists (
        select 1 from pg_catalog.pg_trigger t
        where t.tgrelid = to_regclass(r.table_name) and t.tgfoid = 'outbox.capture_change()'::regprocedure
          and t.tgenabled <> 'D'
      ) then format('%s has no enabled trigger that runs outbox.capture_change().', r.table_name)
      when r.when_column is not null and not exists (
        select 1 from pg_catalog.pg_attribute a
        where a.attrelid = to_regclass(r.table_name) and a.attname = r.when_column and a.attnum > 0
          and not a.attisdropped
      ) then format('%s has no column %s. It was renamed or dropped.', r.table_name, r.when_column)
    end as why
  ) w
  where r.enabled and w.why is not null
$$;
comment on function outbox.dead_routes() is
  'Enabled routes that cannot write a message, and why: their table, its trigger or the column they name does not '
  'exist. Shown in ops.attention.';

-- sql/20-outbox/50-admin/disable_route.sql

create function outbox.disable_route(route_id bigint, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update outbox.routes r set enabled = false where r.id = disable_route.route_id;
  if not found then
    raise exception 'there is no route %', disable_route.route_id
      using errcode = 'P0002', hint = 'select id, destination, message_type from outbox.routes';
  end if;
  perform ops.decide('outbox.disable_route', disable_route.route_id::text, disable_route.reason);
end
$$;
comment on function outbox.disable_route(bigint, text) is
  'Switches a route off: its destination gets no such messages any more. reason: why, kept in ops.decisions. Raises '
  'P0002 for an unknown route, 22023 without a reason.';

-- sql/20-outbox/50-admin/disconnect.sql

create function outbox.disconnect(destination text, reason text) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_count bigint;
begin
  if not exists (select 1 from outbox.destinations t where t.name = disconnect.destination) then
    raise exception 'there is no destination %', disconnect.destination
      using errcode = 'P0002', hint = 'select name from outbox.destinations';
  end if;
  perform ops.decide('outbox.disconnect', disconnect.destination, disconnect.reason);
  update outbox.routes r set enabled = false where r.destination = disconnect.destination and r.enabled;
  update outbox.deliveries d
  set status = 'cancelled', settled_at = now(), last_error = disconnect.reason
  where d.destination = disconnect.destination and d.status in ('pending', 'dead');
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function outbox.disconnect(text, text) is
  'Nobody is to have the messages of this destination: its routes are switched off, and what waits for it is '
  'cancelled. Returns how many. reason: why, kept in ops.decisions. Undone by update outbox.routes set enabled = true '
  'where destination = ''…''. Raises P0002 for an unknown destination, 22023 without a reason.';

-- sql/20-outbox/50-admin/enable_route.sql

create function outbox.enable_route(route_id bigint, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update outbox.routes r set enabled = true where r.id = enable_route.route_id;
  if not found then
    raise exception 'there is no route %', enable_route.route_id
      using errcode = 'P0002', hint = 'select id, destination, message_type from outbox.routes';
  end if;
  perform ops.decide('outbox.enable_route', enable_route.route_id::text, enable_route.reason);
end
$$;
comment on function outbox.enable_route(bigint, text) is
  'Switches a route on: its destination gets such messages from now on. reason: why, kept in ops.decisions. Raises '
  'P0002 for an unknown route, 22023 without a reason.';

-- sql/20-outbox/50-admin/pause.sql

create function outbox.pause(destination text, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  if coalesce(pause.reason, '') <> '' then
    perform ops.check_reason('outbox.pause', pause.reason);
  end if;
  update outbox.destinations d
  set paused_at = coalesce(d.paused_at, now()), paused_reason = coalesce(nullif(pause.reason, ''), 'no reason given')
  where d.name = pause.destination;
  if not found then
    raise exception 'there is no destination %', pause.destination using hint = 'select name from outbox.destinations';
  end if;
end
$$;
comment on function outbox.pause(text, text) is
  'Stops sending to a destination; everything is kept: select outbox.pause(''make'', ''scenario under repair'').';

-- sql/20-outbox/50-admin/resume.sql

create function outbox.resume(destination text) returns bigint
language plpgsql
set search_path = ''
as $$
begin
  update outbox.destinations d
  set paused_at = null, paused_reason = null, held_until = null, held_reason = null, failures = 0, opened_at = null,
      recovering_since = clock_timestamp()
  where d.name = resume.destination;
  if not found then
    raise exception 'there is no destination %', resume.destination using hint = 'select name from outbox.destinations';
  end if;
  perform outbox.ring_if_due();
  return (select count(*) from outbox.deliveries x where x.destination = resume.destination and x.status = 'pending');
end
$$;
comment on function outbox.resume(text) is
  'Resumes sending to a paused or held destination. Returns how many deliveries wait for it.';

-- sql/20-outbox/50-admin/retry.sql

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
      using
      hint
        =
        'A delivered one is not sent again; one that is being sent settles by itself. Look it up in outbox.deliveries.';
  end if;
  perform outbox.ring_if_due();
end
$$;
comment on function outbox.retry(bigint) is
  'Makes a waiting, dead or cancelled delivery due now: select outbox.retry(<id>).';

-- sql/20-outbox/50-admin/retry_dead.sql

create function outbox.retry_dead(destination text, since timestamptz default '-infinity') returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_count bigint;
begin
  if not exists (select 1 from outbox.destinations t where t.name = retry_dead.destination) then
    raise exception 'there is no destination %', retry_dead.destination
      using hint = 'select name from outbox.destinations';
  end if;
  update outbox.deliveries d
  set status = 'pending', next_attempt_at = now(), settled_at = null, attempts_before = d.attempts
  where d.status = 'dead' and d.destination = retry_dead.destination and d.settled_at >= retry_dead.since;
  get diagnostics v_count = row_count;
  perform outbox.ring_if_due();
  return v_count;
end
$$;
comment on function outbox.retry_dead(text, timestamptz) is
  'Brings a destination''s dead deliveries back, oldest first: select outbox.retry_dead(''make''). Returns how many.';

-- sql/20-outbox/50-admin/retry_waiting.sql

create function outbox.retry_waiting(destination text) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_count bigint;
begin
  perform outbox.resume(retry_waiting.destination);
  update outbox.deliveries d set next_attempt_at = now()
  where d.destination = retry_waiting.destination and d.status = 'pending' and d.last_error is not null
    and d.next_attempt_at > now();
  get diagnostics v_count = row_count;
  perform outbox.ring_if_due();
  return v_count;
end
$$;
comment on function outbox.retry_waiting(text) is
  'Tries a destination again at once, after it was mended: ends a pause, a hold or an open breaker, and makes due what '
  'failed and waits for its next attempt. Returns how many that were. Raises an error for an unknown destination.';

-- sql/20-outbox/50-admin/send_copy.sql

create function outbox.send_copy(delivery_id bigint, reason text) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_delivery outbox.deliveries;
  v_replay bigint;
begin
  select d.* into v_delivery from outbox.deliveries d where d.id = send_copy.delivery_id for update;
  if not found then
    raise exception 'there is no delivery %', send_copy.delivery_id
      using errcode = 'P0002', hint = 'Look it up in outbox.deliveries.';
  end if;
  v_replay := outbox.replay(v_delivery.destination,
    jsonb_build_object('message_ids', jsonb_build_array(v_delivery.message_id)), send_copy.reason);
  if v_delivery.processed_at is null and (v_delivery.receipt_due_at is not null
    or v_delivery.processing_error is not null) then
    perform outbox.acknowledge(v_delivery.id, outbox.receipt_signature(v_delivery.id));
  end if;
  return v_replay;
end
$$;
comment on function outbox.send_copy(bigint, text) is
  'Sends a delivered, dead or cancelled message to its destination again, as a copy with an id of its own. If its '
  'receipt was awaited, that of the copy is instead. reason: why, kept in outbox.replays, whose id it returns. Raises '
  'P0002 for an unknown delivery.';

-- sql/20-outbox/50-admin/send_test.sql

create function outbox.send_test(destination text) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_destination outbox.destinations;
  v_sequence bigint := nextval('outbox.message_sequence');
  v_key text := ops.uuid7()::text;
begin
  select d.* into v_destination from outbox.destinations d where d.name = send_test.destination;
  if not found then
    raise exception 'there is no destination %', coalesce(send_test.destination, '(null)')
      using errcode = 'P0002', hint = 'select name from outbox.destinations';
  elsif not v_destination.replayable then
    raise exception 'no test is sent to %: its adapter % does the work itself', v_destination.name,
      v_destination.adapter using errcode = '22023', hint = 'Send it to a destination that receives messages.';
  end if;
  return outbox.write_message('test.ping', 'tests/' || v_key, json_build_object(
    'type', 'test.ping',
    'timestamp', ops.iso_utc(now()),
    'data', json_build_object('id', v_key, 'destination', v_destination.name),
    'change', json_build_object('table', null, 'operation', null, 'sequence', v_sequence, 'columns', null,
      'previous', null)
  )::text, null, array[v_destination.name], v_sequence);
end
$$;
comment on function outbox.send_test(text) is
  'Sends the message test.ping to one destination, signed and delivered as every other: select '
  'outbox.send_test(''make''). Nothing of ours has changed; a receiver that does not know the type answers 2xx and does '
  'nothing. Returns the message''s id. Raises P0002 for an unknown destination, 22023 for one that does work.';

-- sql/20-outbox/60-secrets/end_rotation.sql

create function outbox.end_rotation(destination text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_name text := 'signalbox_' || end_rotation.destination || '_signing';
  v_next uuid := (select s.id from vault.secrets s where s.name = v_name || '_next');
begin
  if v_next is null then
    raise exception 'no rotation of % is in progress', end_rotation.destination
      using hint = format('select outbox.rotate_secret(%L) begins one.', end_rotation.destination);
  end if;
  delete from vault.secrets s where s.name = v_name;
  perform vault.update_secret(v_next, new_name => v_name);
end
$$;
comment on function outbox.end_rotation(text) is
  'Drops the old signing secret of a destination: the receiver knows the new one, and only the new one signs within a '
  'minute. Ends what outbox.rotate_secret began.';

-- sql/20-outbox/60-secrets/rename_secrets.sql

create function outbox.rename_secrets() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform vault.update_secret(s.id, new_name => replace(s.name, 'signalbox_' || old.name || '_',
    'signalbox_' || new.name || '_'))
  from vault.secrets s
  where s.name in ('signalbox_' || old.name || '_signing', 'signalbox_' || old.name || '_signing_next');
  return null;
end
$$;
comment on function outbox.rename_secrets() is
  'Trigger: renames the secrets in Vault of a renamed destination. Function secrets (<NAME>_WEBHOOK_URL, '
  '<NAME>_SIGNING_SECRET) are not renamed: set them under the new name.';

create trigger rename_secrets
after update of name on outbox.destinations
for each row when (old.name is distinct from new.name) execute function outbox.rename_secrets();

-- sql/20-outbox/60-secrets/rotate_secret.sql

create function outbox.rotate_secret(destination text, secret text default null) returns text
language plpgsql
set search_path = ''
as $$
declare
  v_name text := 'signalbox_' || rotate_secret.destination || '_signing';
  v_secret text := coalesce(rotate_secret.secret,
    'whsec_' || translate(encode(extensions.gen_random_bytes(32), 'base64'), e'\n', ''));
  v_adapter text;
  v_form text;
begin
  select d.adapter into v_adapter from outbox.destinations d where d.name = rotate_secret.destination for no key update;
  if not found then
    raise exception 'there is no destination %', rotate_secret.destination
      using hint = 'select name from outbox.destinations';
  end if;
  v_form := case v_adapter
    when 'stripe' then '^\S{16,}$' -- its scheme accepts any text
    else '^(whsec_[A-Za-z0-9+/]{32,86}={0,2}|whsk_([A-Za-z0-9+/]{43}=?|[A-Za-z0-9+/]{86}(==)?))$'
  end;
  if v_secret !~ v_form then
    raise exception 'this is not a signing secret'
      using
      hint
        =
        'whsec_ and the base64 of 24 to 64 random bytes, or whsk_ and that of an Ed25519 key; for the adapter stripe '
        '16 characters or more without a blank. Or give none: one is made.';
  end if;
  if exists (select 1 from vault.secrets s where s.name = v_name || '_next') then
    raise exception 'a rotation of % is in progress', rotate_secret.destination
      using hint = format('When the receiver knows the new secret: select outbox.end_rotation(%L). Then rotate again.',
        rotate_secret.destination);
  end if;
  if v_secret in (select outbox.secrets_of(rotate_secret.destination)) then
    raise exception 'this is the secret that % has already', rotate_secret.destination
      using hint = 'Give another, or none: one is made.';
  end if;
  perform vault.create_secret(
    v_secret,
    case when exists (select 1 from vault.secrets s where s.name = v_name) then v_name || '_next' else v_name end,
    format('Signs the messages to %s. outbox.rotate_secret replaces it.', rotate_secret.destination)
  );
  return v_secret;
end
$$;
comment on function outbox.rotate_secret(text, text) is
  'Gives a destination a new signing secret, in Vault, and returns it once: give it to the receiver. If there was one '
  'before, messages carry a signature of each within a minute, until outbox.end_rotation(destination). Let it make the '
  'secret: a given one may show in the server''s logs. A secret in the function secret <NAME>_SIGNING_SECRET takes '
  'precedence and is rotated there instead: set both with a space between, give the new one to the receiver, then '
  'remove the old one.';

-- sql/20-outbox/60-secrets/secrets_of.sql

create function outbox.secrets_of(destination text) returns setof text
language plpgsql stable
set search_path = ''
as $$
begin
  return query
    select s.decrypted_secret
    from vault.decrypted_secrets s
    where s.name in ('signalbox_' || secrets_of.destination || '_signing',
      'signalbox_' || secrets_of.destination || '_signing_next')
    order by s.name;
end
$$;
comment on function outbox.secrets_of(text) is
  'The signing secrets of a destination, from Vault: its secret and, during a rotation, the next one too. Read by the '
  'courier, unless the function secret <NAME>_SIGNING_SECRET is set, which takes precedence.';

-- sql/20-outbox/70-receipts/acknowledge.sql

create function outbox.acknowledge(delivery_id bigint, signature text, failed text default null)
returns table (outcome text, late boolean, duplicate boolean)
language plpgsql
set search_path = ''
as $$
declare
  v_error text := case when failed is not null then left(coalesce(nullif(btrim(failed), ''), 'no reason given'), 2000)
  end;
  v_before outbox.deliveries;
begin
  -- Digests of both are compared, so that the time it takes does not show how many bytes are right.
  if coalesce(
    sha256(convert_to(acknowledge.signature, 'UTF8'))
    <> sha256(convert_to(outbox.receipt_signature(acknowledge.delivery_id), 'UTF8')), true
  ) then
    return query select 'forged', false, false;
    return;
  end if;
  select d.* into v_before from outbox.deliveries d where d.id = acknowledge.delivery_id for no key update;
  if not found then
    return query select 'unknown', false, false;
    return;
  end if;

  -- Work that is done stays done. Work that failed may still succeed, or fail for another reason. In every state of the
  -- delivery: a receiver may be quicker than our record of its response.
  if v_before.processed_at is null then
    update outbox.deliveries d
    set processed_at = case when v_error is null then now() end, processing_error = v_error
    where d.id = v_before.id;
  end if;
  return query select
    case when v_error is null or v_before.processed_at is not null then 'processed' else 'failed' end,
    coalesce(coalesce(v_before.processed_at, now()) > v_before.receipt_due_at, false),
    v_before.processed_at is not null or (v_error is not null and v_before.processing_error is not null);
end
$$;
comment on function outbox.acknowledge(bigint, text, text) is
  'The receiver of a delivery reports that its work is done, or (failed: why) that it failed. outcome: processed, '
  'failed, forged (the signature is wrong) or unknown (no such delivery); repeating it changes nothing. By hand: '
  'select outbox.acknowledge(<id>, outbox.receipt_signature(<id>)).';

-- sql/20-outbox/70-receipts/mark_processed.sql

create function outbox.mark_processed(delivery_id bigint, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update outbox.deliveries d set processed_at = now(), processing_error = null
  where d.id = mark_processed.delivery_id and d.processed_at is null
    and (d.processing_error is not null or d.receipt_due_at is not null);
  if not found then
    raise exception 'delivery % waits for no receipt', mark_processed.delivery_id
      using errcode = 'P0002', hint = 'select * from ops.attention where what in (''receipt overdue'', ''work failed '
        'at '
        'the receiver'')';
  end if;
  perform ops.decide('outbox.mark_processed', mark_processed.delivery_id::text, mark_processed.reason);
end
$$;
comment on function outbox.mark_processed(bigint, text) is
  'An admin has seen that the receiver did the work of a delivery, though it has not reported it. reason: how that is '
  'known, kept in ops.decisions. Raises P0002 for a delivery that waits for no receipt, 22023 without a reason.';

-- sql/20-outbox/70-receipts/receipt_signature.sql

create function outbox.receipt_signature(delivery_id bigint) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select encode(extensions.hmac('receipt.' || receipt_signature.delivery_id, s.decrypted_secret, 'sha256'), 'hex')
    from vault.decrypted_secrets s
    where s.name = 'signalbox_receipts'
  );
end
$$;
comment on function outbox.receipt_signature(bigint) is
  'The signature of a receipt: an HMAC-SHA256 with a key that lives in Vault and never leaves the database. It does '
  'not expire: work may take long.';

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'signalbox_receipts',
  'Signs the URLs at which receivers report that their work is done. Made by the migration; never needed by hand.');

-- sql/20-outbox/70-receipts/receipt_url.sql

create function outbox.receipt_url(delivery_id bigint) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select s.functions_url || '/receipt?delivery=' || receipt_url.delivery_id || '&signature='
    || outbox.receipt_signature(receipt_url.delivery_id)
    from outbox.settings s
  );
end
$$;
comment on function outbox.receipt_url(bigint) is
  'The URL at which the receiver of a delivery reports that its work is done; the same on every attempt. Null when no '
  'functions_url is set.';

-- sql/20-outbox/80-feed/changes.sql

create function outbox.changes(destination text, after text, at_most integer)
returns table (outcome text, messages text, cursor text, more boolean)
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_reader outbox.readers;
  v_from bigint;
  v_at bigint;
  v_receipts boolean;
  v_messages text[] := '{}';
  v_size bigint := 0;
  v_one record;
begin
  if after is not null and after !~ '^[0-9]{1,18}\.[0-9a-f]{12}$' then
    return query select 'malformed', null::text, null::text, null::boolean;
    return;
  end if;
  select d.receipts into v_receipts from outbox.destinations d where d.name = changes.destination;
  if not found then
    return query select 'unknown', null::text, null::text, null::boolean;
    return;
  end if;
  v_reader := outbox.fill_feed(changes.destination);
  v_from := coalesce(split_part(after, '.', 1)::bigint, v_reader.kept_after);
  v_at := v_from;

  if v_from < v_reader.kept_after or v_from > v_reader.position or (
    after is not null and exists (
      select 1
      from outbox.feed f
      join outbox.deliveries d on d.id = f.delivery_id
      where f.destination = changes.destination and f.position = v_from
        and right(d.message_id::text, 12) <> split_part(after, '.', 2)
    )
  ) then
    return query select 'gone', null::text, outbox.cursor_at(changes.destination, v_reader.position), null::boolean;
    return;
  end if;

  for v_one in
    select f.position, f.delivery_id, m.id, m.type, m.payload, e.provider, e.body
    from outbox.feed f
    join outbox.deliveries d on d.id = f.delivery_id
    join outbox.messages m on m.id = d.message_id
    left join inbox.events e on e.id = m.event_id and m.payload is null
    where f.destination = changes.destination and f.position > v_from
    order by f.position
    limit changes.at_most
  loop
    v_size := v_size + octet_length(coalesce(v_one.payload, v_one.body));
    exit when v_size > 4000000 and v_at > v_from; -- what a function can hold; at least one message is returned
    v_at := v_one.position;
    v_messages := v_messages || case
      when v_one.payload is null then
        json_build_object('id', 'msg_' || v_one.id, 'type', v_one.type, 'provider', v_one.provider, 'body',
          v_one.body)::text
      else
        -- Payloads are objects that we wrote ourselves: a member is added after the first brace, and nothing else
        -- changes.
        format('{"id":"msg_%s",', v_one.id)
          || substr(case when v_receipts then outbox.with_receipt(v_one.payload, v_one.delivery_id)
            else v_one.payload end, 2)
    end;
  end loop;
  return query select
    'ok', '[' || array_to_string(v_messages, ',') || ']', outbox.cursor_at(changes.destination, v_at),
    -- When the feed could not be filled in one call, its end is not the last message: the next call fills on.
    v_at < v_reader.position or exists (
      select 1 from outbox.deliveries d
      where d.destination = changes.destination and d.written_by >= v_reader.seen_until
        and not exists (select 1 from outbox.feed f where f.delivery_id = d.id)
    );
end
$$;
comment on function outbox.changes(text, text, integer) is
  'A destination reads its messages: the next at_most after a cursor (null: from the first that is kept), as JSON '
  'text, and the cursor to continue from. outcome: ok; malformed (not a cursor of ours); gone (messages after it are '
  'not kept any more; cursor: the feed''s end); unknown (no such destination). Changes no delivery.';

-- sql/20-outbox/80-feed/cursor_at.sql

create function outbox.cursor_at(destination text, place bigint) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  -- The end of the message's id tells a feed from one that was restored from a backup and continued differently.
  return place || '.' || coalesce(
    (
      select right(d.message_id::text, 12)
      from outbox.feed f
      join outbox.deliveries d on d.id = f.delivery_id
      where f.destination = cursor_at.destination and f.position = place
    ),
    repeat('0', 12)
  );
end
$$;
comment on function outbox.cursor_at(text, bigint) is 'The cursor of a position in a feed.';

-- sql/20-outbox/80-feed/fill_feed.sql

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

-- sql/20-outbox/80-feed/trim_feed.sql

create function outbox.trim_feed() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_reader outbox.readers;
  v_in_feed bigint;
  v_last bigint;
begin
  if not exists (select 1 from outbox.readers) then
    return null;
  end if;
  for v_reader in
    select r.* from outbox.readers r where r.destination in (select g.destination from gone g)
    order by r.destination for update
  loop
    with taken_out as (
      delete from outbox.feed f using gone g
      where f.delivery_id = g.id and f.destination = v_reader.destination
      returning f.position
    )
    select count(*), max(t.position) into v_in_feed, v_last from taken_out t;
    -- Unread messages are lost too: they leave a position, which every cursor is before.
    if v_in_feed < (select count(*) from gone g where g.destination = v_reader.destination) then
      v_reader.position := v_reader.position + 1;
      v_last := v_reader.position;
    end if;
    update outbox.readers r
    set position = v_reader.position, kept_after = greatest(r.kept_after, v_last)
    where r.destination = v_reader.destination;
  end loop;
  return null;
end
$$;
comment on function outbox.trim_feed() is
  'Statement trigger: removes deleted deliveries from the feeds, and records which position a reader must have reached '
  'to have lost nothing.';

create trigger trim_the_feed
after delete on outbox.deliveries
referencing old table as gone
for each statement execute function outbox.trim_feed();

-- sql/20-outbox/85-replay/check_replay.sql

create function outbox.check_replay(destination text, filter jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_known constant jsonb := '{
    "everything": "true", "types": "a list of types", "since": "a time", "until": "a time", "record_key": "a text",
    "message_ids": "a list of ids",
    "status": "a list of delivered, dead, cancelled", "from_destination": "a destination"
  }';
  v_destination outbox.destinations;
  v_member record;
  v_fits boolean;
begin
  select d.* into v_destination from outbox.destinations d where d.name = check_replay.destination;
  if not found then
    raise exception 'there is no destination %', coalesce(check_replay.destination, '(null)')
      using hint = 'select name from outbox.destinations';
  end if;
  if not v_destination.replayable then
    raise exception 'nothing is replayed to %: its adapter % does the work itself',
      check_replay.destination, v_destination.adapter
      using hint = 'Bring single deliveries back with outbox.retry(<delivery id>).';
  end if;
  if jsonb_typeof(filter) is distinct from 'object' or filter = '{}' then
    raise exception 'an empty filter replays nothing' using errcode = '22023',
      hint = 'To mean all messages, say {"everything": true}.';
  end if;

  for v_member in select f.key, f.value from jsonb_each(filter) f loop
    if not v_known ? v_member.key then
      raise exception 'there is no filter %', v_member.key
        using errcode = '22023', hint = 'Known: ' || (select string_agg(k, ', ') from jsonb_object_keys(v_known)
          k) || '.';
    end if;
    begin
      v_fits := case
        when v_member.key = 'everything' then v_member.value = 'true'
        when v_member.key in ('types', 'message_ids', 'status') then
          jsonb_typeof(v_member.value) = 'array' and v_member.value <> '[]'
          and not exists (select 1 from jsonb_array_elements(v_member.value) e where jsonb_typeof(e.value) <> 'string')
          and case v_member.key
            when 'message_ids' then (select count(replace(e.value, 'msg_', '')::uuid)
              from jsonb_array_elements_text(v_member.value) e (value)) > 0
            when 'status' then v_member.value <@ '["delivered", "dead", "cancelled"]'
            else true
          end
        when jsonb_typeof(v_member.value) <> 'string' then false
        when v_member.key in ('since', 'until') then (v_member.value #>> '{}')::timestamptz is not null
        when v_member.key = 'from_destination' then exists (select 1 from outbox.destinations d
          where d.name = v_member.value #>> '{}')
        else true
      end;
    exception when data_exception then
      v_fits := false;
    end;
    if not v_fits then
      raise exception 'the filter % cannot be %', v_member.key, v_member.value
        using errcode = '22023', hint = format('It takes %s.', v_known ->> v_member.key);
    end if;
  end loop;
end
$$;
comment on function outbox.check_replay(text, jsonb) is
  'Refuses an invalid replay: an unknown destination, one that does work, an empty filter, members that outbox.replay '
  'does not know.';

-- sql/20-outbox/85-replay/preview_replay.sql

create function outbox.preview_replay(destination text, filter jsonb)
returns table (count bigint, oldest timestamptz, newest timestamptz, sample jsonb)
language plpgsql stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  perform outbox.check_replay(destination, filter);
  return query
    with chosen as materialized (
      select r.message_id, r.type, r.record_key, r.created_at, r.sequence
      from outbox.to_replay(preview_replay.destination, preview_replay.filter) r
    )
    select pg_catalog.count(*), min(c.created_at), max(c.created_at), (
      select jsonb_agg(to_jsonb(s) - 'sequence' order by s.sequence)
      from (select x.* from chosen x order by x.sequence limit 5) s
    )
    from chosen c;
end
$$;
comment on function outbox.preview_replay(text, jsonb) is
  'What outbox.replay would send: how many messages, from when to when, and the first five. Changes nothing: select * '
  'from outbox.preview_replay(''railway'', ''{"since": "2026-07-01", "types": ["order.created"]}'').';

-- sql/20-outbox/85-replay/replay.sql

create function outbox.replay(destination text, filter jsonb, reason text) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_most constant integer := 10000;
  v_messages uuid[];
  v_count integer;
  v_pace numeric;
  v_replay bigint;
begin
  perform outbox.check_replay(destination, filter);
  if coalesce(btrim(reason), '') = '' then
    raise exception 'a replay needs a reason' using errcode = '22023',
      hint = 'Say for whom, and why: the reason is stored in outbox.replays.';
  end if;
  perform ops.check_reason('outbox.replay', replay.reason);
  select array_agg(r.message_id order by r.sequence, r.message_id), count(*) into v_messages, v_count
  from outbox.to_replay(replay.destination, replay.filter) r;
  if v_count = 0 then
    raise exception 'no message to % fits this filter', replay.destination
      using
      hint
        =
        'outbox.preview_replay takes the same filter. What still waits there is not replayed; outbox.resume and '
        'outbox.retry help with that.';
  elsif v_count > v_most then
    raise exception '% messages fit this filter; at most % are replayed at once', v_count, v_most
      using hint = 'Narrow it with since and until, and replay one part after the other, oldest first.';
  end if;

  insert into outbox.replays (destination, filter, reason, message_count)
  values (replay.destination, replay.filter, replay.reason, v_count)
  returning id into v_replay;

  -- Half of the destination's rate is left for new messages.
  select greatest(d.max_per_second / 2, 0.5) into v_pace from outbox.destinations d where d.name = replay.destination;

  with originals as materialized (
    select ops.uuid7() as copy_id, m.sequence, m.type, m.record_key, m.event_id, m.payload, o.position
    from unnest(v_messages) with ordinality as o (id, position)
    join outbox.messages m on m.id = o.id
  ), copies as (
    -- The original's sequence too: of two messages about one record, the higher is still the newer.
    insert into outbox.messages (id, sequence, type, record_key, event_id, payload, replay_id)
    select o.copy_id, o.sequence, o.type, o.record_key, o.event_id, o.payload, v_replay from originals o
  )
  insert into outbox.deliveries (message_id, destination, record_key, next_attempt_at)
  select o.copy_id, replay.destination, o.record_key,
    now() + make_interval(secs => floor((o.position - 1) / v_pace)::double precision)
  from originals o
  order by o.position;
  return v_replay;
end
$$;
comment on function outbox.replay(text, jsonb, text) is
  'Sends messages to a destination again, as copies with ids of their own, in the order of the originals, at half its '
  'rate. Returns the id of its row in outbox.replays. Filter: {"everything": true}, or any of types, since, until, '
  'record_key, message_ids, status, from_destination, all of which must fit; see docs/admin.md. Try '
  'outbox.preview_replay first: select outbox.replay(''railway'', ''{"since": "2026-07-01"}'', ''stock was restored '
  'from a backup'').';

-- sql/20-outbox/85-replay/to_replay.sql

create function outbox.to_replay(destination text, filter jsonb)
returns table (message_id uuid, sequence bigint, type text, record_key text, created_at timestamptz)
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_custom_plan -- a filter that is not given costs nothing
as $$
#variable_conflict use_column
declare
  v_since timestamptz := coalesce(filter ->> 'since', '-infinity');
  v_until timestamptz := coalesce(filter ->> 'until', 'infinity');
  v_from uuid := case when filter ? 'since' then ops.uuid7_at(v_since) end;
  v_types text[] := (select array_agg(e.value) from jsonb_array_elements_text(filter -> 'types') e (value));
  v_ids uuid[] := (select array_agg(replace(e.value, 'msg_', '')::uuid)
    from jsonb_array_elements_text(filter -> 'message_ids') e (value));
  v_status outbox.delivery_status[] := (select array_agg(e.value::outbox.delivery_status)
    from jsonb_array_elements_text(filter -> 'status') e (value));
  v_record_key text := filter ->> 'record_key';
  v_source text := filter ->> 'from_destination';
begin
  return query
    select m.id, m.sequence, m.type, m.record_key, m.created_at
    from outbox.messages m
    left join outbox.deliveries own on own.message_id = m.id and own.destination = to_replay.destination
    left join outbox.deliveries source on source.message_id = m.id and source.destination = coalesce(v_source,
      to_replay.destination)
    where (v_from is null or m.id >= v_from) -- ids are in order of time
      and m.created_at >= v_since
      and m.created_at < v_until
      and (v_ids is null or m.id = any (v_ids))
      and (v_types is null or m.type = any (v_types))
      and (v_record_key is null or m.record_key = v_record_key)
      -- A copy is sent again only by its id; else each replay would double the next.
      and (m.replay_id is null or v_ids is not null)
      -- Waiting messages are sent anyway. Cancelled ones stay cancelled, unless the filter asks for them.
      and (own.status is null or own.status not in ('pending', 'sending'))
      and (own.status is distinct from 'cancelled' or v_ids is not null or 'cancelled' = any (v_status))
      and case
        when v_status is not null then source.status = any (v_status)
        when v_source is not null then source.id is not null
        else own.id is not null or exists (
          select 1 from outbox.routes r
          where r.destination = to_replay.destination and r.enabled
            and case
              when m.payload is null then r.provider = split_part(m.record_key, '/', 1) and m.type = any (r.event_types)
              else r.message_type = m.type
            end
        )
      end;
end
$$;
comment on function outbox.to_replay(text, jsonb) is
  'The messages that a replay sends: those the destination got (or, with from_destination, that one), and, if no '
  'status is given, those its enabled routes name today by their type.';

-- sql/20-outbox/90-seed/60-first_destinations.sql

insert into outbox.destinations (name, adapter, replayable, max_in_flight, max_per_second, description) values
  ('make', 'make', true, 10, 30, 'make.com: e-mails and automations. At most 300 requests in 10 s per webhook.'),
  ('railway', 'webhook', true, 10, 50, 'The Railway backend: inventory and accounting.'),
  ('railway_stripe', 'stripe', true, 10, 50,
    'The Railway backend''s Stripe endpoint: Stripe''s own events, signed again with a secret of this destination.'),
  ('paypal', 'paypal_capture', false, 5, 10, 'Takes the money of an approved PayPal order.'),
  ('refunds', 'refund', false, 5, 10,
    'Asks the provider to give money back, where an admin asked for it (commerce.request_refund).'),
  ('payment_pages', 'close_payment', false, 5, 10,
    'Closes, at the provider, the payment page of a checkout that was cancelled or has expired.'),
  ('reconciler', 'reconcile', false, 2, 5, 'Asks the providers what happened, and receives what never arrived.');
-- one provider's failure does not affect another
update outbox.destinations d set timeout_ms = 60000, breaker_after = null where d.name = 'reconciler';

insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, not_from,
  description) values
  -- Not again when a dispute is won, or a refund failed at the buyer's bank.
  ('make', 'payment.captured', 'public.payments', '{INSERT,UPDATE}', 'status', 'captured',
    '{disputed,partially_refunded,refunded}', 'Payment succeeded.');

insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, description) values
  ('make', 'payment.failed', 'public.payments', '{INSERT,UPDATE}', 'status', 'failed',
    'An attempt to pay failed; it may be tried again.'),
  ('make', 'payment.needs_review', 'public.payments', '{INSERT,UPDATE}', 'needs_review', 'true',
    'A payment that fits no checkout: tell an admin.'),
  ('make', 'order.created', 'public.orders', '{INSERT}', null, null, 'The confirmation e-mail.'),
  ('make', 'order.changed', 'public.orders', '{UPDATE}', 'status', null, 'Confirmed, needs attention, refunded.'),
  ('make', 'refund.created', 'public.refunds', '{INSERT}', null, null, null),
  ('make', 'refund.changed', 'public.refunds', '{UPDATE}', 'status', null, null),
  ('make', 'dispute.created', 'public.disputes', '{INSERT}', null, null,
    'Tell an admin: there is a date to answer by.'),
  ('make', 'dispute.changed', 'public.disputes', '{UPDATE}', 'status', null, null),
  ('make', 'customer.created', 'public.customers', '{INSERT}', null, null, null),
  ('make', 'customer.changed', 'public.customers', '{UPDATE}', null, null, null),
  ('make', 'credits.changed', 'public.credit_ledger', '{INSERT}', null, null,
    'Credits were bought, given back or spent.'),
  ('make', 'fulfillment.changed', 'public.fulfillments', '{UPDATE}', 'status', null,
    'Packed, shipped, delivered: the e-mail to data.email.'),
  ('refunds', 'refund.requested', 'public.refund_requests', '{INSERT}', null, null, 'Ask the provider.'),
  ('payment_pages', 'payment.close_requested', 'public.started_payments', '{UPDATE}', 'close_requested_at', null,
    'Close it.'),
  ('paypal', 'payment.approved', 'public.payment_approvals', '{INSERT}', 'provider', 'paypal', 'Capture it.'),
  ('make', 'membership.created', 'public.memberships', '{INSERT}', null, null, null),
  ('make', 'membership.changed', 'public.memberships', '{UPDATE}', 'status', null, null),
  ('railway', 'order.created', 'public.orders', '{INSERT}', null, null, 'So that inventory stays in step.'),
  ('railway', 'order.changed', 'public.orders', '{UPDATE}', 'status', null, null),
  ('railway', 'refund.created', 'public.refunds', '{INSERT}', null, null, null),
  ('railway', 'refund.changed', 'public.refunds', '{UPDATE}', 'status', null, null),
  ('railway', 'fulfillment.changed', 'public.fulfillments', '{UPDATE}', 'status', null, null),
  ('railway', 'product.changed', 'public.products', '{INSERT}', null, null, null),
  ('railway', 'product.changed', 'public.products', '{UPDATE}', 'version', null,
    'With the version that functions/catalog compares.'),
  ('railway', 'product.stock_changed', 'public.products', '{UPDATE}', 'stock', null, null);

insert into outbox.routes (destination, provider, event_types, description) values
  ('railway_stripe', 'stripe', '{charge.refunded,refund.created,product.updated,payment_intent.payment_failed}',
    'What the Railway backend handles of Stripe itself.');

-- Money, and what follows from it, is sent first.
update outbox.routes r set priority = 0
where r.destination in ('refunds', 'payment_pages', 'paypal', 'railway_stripe')
  or r.message_type like any (array['payment.%', 'order.%', 'refund.%', 'dispute.%', 'credits.%', 'membership.%',
    'product.stock_changed']);

-- sql/30-commerce/00-schema.sql

create schema commerce;
comment on schema commerce is 'The rules about money, stock and orders. The tables are in public.';

create type public.payment_status as enum (
  'created', 'pending', 'failed', 'cancelled', 'expired', 'captured', 'disputed', 'partially_refunded', 'refunded'
);
comment on type public.payment_status is
  'In the order of rank up to captured: a payment only moves forward, and a captured payment stays captured. Refunds '
  'and disputes then decide between captured, disputed, partially_refunded and refunded.';

create type public.checkout_status as enum (
  'open', 'payment_pending', 'payment_failed', 'expired', 'payment_completed'
);
comment on type public.checkout_status is
  'Follows from the checkout''s payments (commerce.refresh_checkout). open: no payment yet. payment_pending: a payment '
  'is pending or approved, or is captured and needs review. payment_failed, expired: its stock is back on sale; it may '
  'still be paid. payment_completed: it has its order.';

create type public.reservation_status as enum ('held', 'released', 'taken');
comment on type public.reservation_status is 'held: kept for the buyer. released: back on sale. taken: sold.';

create type public.order_status as enum ('confirmed', 'needs_attention', 'refunded');
comment on type public.order_status is
  'confirmed: paid and to be fulfilled. needs_attention: paid, but an admin must settle attention_reason. refunded: '
  'refunded in full.';

create type public.refund_status as enum ('pending', 'succeeded', 'failed', 'cancelled');
comment on type public.refund_status is 'In the order of rank: one that succeeded may still fail at the buyer''s bank.';

create type public.dispute_status as enum ('needs_response', 'under_review', 'closed', 'won', 'lost');
comment on type public.dispute_status is
  'closed: an inquiry that ended, or a dispute that was prevented; no money moved.';

create type public.product_kind as enum ('goods', 'cohort_seat', 'tutoring_session', 'credit_pack');
comment on type public.product_kind is
  'How an order of it is fulfilled: goods by a parcel (fulfillments), cohort_seat by an enrolment, tutoring_session by '
  'a session at the chosen time, credit_pack by credits.';

create type public.stock_reason as enum ('opened', 'reserved', 'released', 'restocked', 'counted', 'moved',
  'corrected');
comment on type public.stock_reason is
  'opened: the stock of a new product. reserved, released: by a checkout. restocked: came back from an order. counted, '
  'moved: set by the inventory system (functions/catalog). corrected: products.stock was changed by hand.';

create type public.fulfillment_status as enum ('pending', 'packed', 'shipped', 'delivered', 'returned', 'cancelled');
comment on type public.fulfillment_status is
  'pending → packed → shipped → delivered; cancelled before it is shipped, returned after. See '
  'commerce.guard_fulfillment.';

create type public.refund_request_status as enum ('requested', 'sent', 'refused');
comment on type public.refund_request_status is
  'requested: the courier will ask the provider. sent: the provider accepted it; its status is in its row of refunds. '
  'refused: the provider refused it, error says why.';

create type public.payment_adjustment as enum ('tax', 'shipping', 'discount');
comment on type public.payment_adjustment is
  'What a payment provider may add to our total, or subtract from it: see commerce.settings.';

-- sql/30-commerce/05-access/is_tutor.sql

create function commerce.is_tutor(tutor_id uuid) returns boolean
language plpgsql stable
security definer -- policies call it, and nobody may read tutors' addresses
set search_path = ''
as $$
begin
  return exists (select 1 from public.tutors t where t.id = is_tutor.tutor_id and t.email = ops.my_email());
end
$$;
comment on function commerce.is_tutor(uuid) is
  'Whether the caller is this tutor: has an account with the tutor''s address, and confirmed it. For policies.';

-- sql/30-commerce/05-is_address.sql

create function commerce.is_address(address jsonb) returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_typeof(address) = 'object'
    and address ?& '{line1,line2,city,region,postal_code,country}'
    and address - '{line1,line2,city,region,postal_code,country}'::text[] = '{}'
    and (address ->> 'country') ~ '^[A-Z]{2}$'
    and not exists (
      select 1 from jsonb_each(address) m
      where jsonb_typeof(m.value) not in ('string', 'null') or length(m.value #>> '{}') > 200
    );
end
$$;
comment on function commerce.is_address(jsonb) is
  'Whether this is an address: {line1, line2, city, region, postal_code, country}. country is ISO 3166-1 alpha-2 '
  '(DE); the others are text of at most 200 characters, or null.';

-- sql/30-commerce/10-tables/10-customers.sql

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
create index customers_by_email on public.customers (lower(email));

alter table public.customers enable row level security;
create policy "buyers read their own customer record, admins all" on public.customers for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger touch before update on public.customers for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.customers for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.customers for each statement execute function
  outbox.refuse_truncate();

comment on table public.customers is 'Customer records of the providers.';
comment on column public.customers.user_id is 'The account with the same, confirmed, e-mail address.';
comment on column public.customers.provider_ref is 'The provider''s id of the customer.';
comment on column public.customers.as_of is
  'The time of the provider''s record that is stored here; an older event is not applied.';
comment on column public.customers.as_of_event is 'The provider''s id of the event it is from.';

-- sql/30-commerce/10-tables/10-tutors.sql

create table public.tutors (
  id uuid primary key default ops.uuid7(),
  email text not null,
  name text,
  time_zone text not null default 'UTC',
  notice_minutes integer not null default 30,
  book_ahead_days integer not null default 180,
  break_minutes integer not null default 0,
  step_minutes integer not null default 30,
  cancel_hours integer not null default 24,
  reschedule_hours integer not null default 24,
  max_reschedules integer not null default 2,
  reminder_minutes integer[] not null default '{1440,60}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_tutor_has_one_address unique (email),
  constraint a_tutors_address_is_lower_case check (email = lower(email) and email ~ '^[^@\s]+@[^@\s]+$'),
  constraint a_name_is_not_blank check (name ~ '\S' and length(name) <= 200),
  -- Raises 22023 for a name that Postgres does not know.
  constraint a_time_zone_is_known check (timestamp '2026-01-01' at time zone time_zone is not null),
  constraint a_notice_is_at_most_90_days check (notice_minutes between 0 and 129600),
  constraint sessions_are_booked_1_to_730_days_ahead check (book_ahead_days between 1 and 730),
  constraint a_break_is_at_most_a_day check (break_minutes between 0 and 1440),
  constraint sessions_begin_every_5_minutes_to_every_day check (step_minutes between 5 and 1440),
  constraint a_session_is_cancelled_at_most_90_days_before check (cancel_hours between 0 and 2160),
  constraint a_session_is_moved_at_most_90_days_before check (reschedule_hours between 0 and 2160),
  constraint a_session_is_moved_at_most_100_times check (max_reschedules between 0 and 100),
  constraint at_most_5_reminders_of_up_to_30_days
    check (cardinality(reminder_minutes) <= 5 and 1 <= all (reminder_minutes) and 43200 >= all (reminder_minutes)
      and array_position(reminder_minutes, null) is null)
);

alter table public.tutors enable row level security;
create policy "everybody reads who teaches" on public.tutors for select to anon, authenticated using (true);
create policy "tutors set their own rules, admins everybody's" on public.tutors for update to authenticated
  using (commerce.is_tutor(id) or (select ops.is_admin()))
  with check (commerce.is_tutor(id) or (select ops.is_admin()));

create trigger touch before update on public.tutors for each row execute function ops.touch_updated_at();

comment on table public.tutors is
  'Tutors whose sessions are sold, and by which rules they are booked, moved and cancelled. A row is added with the '
  'first product that names a tutor_email. Anybody reads all of it but the address, which is for the database owner '
  'and the service key only. When they teach: tutor_hours, tutor_exceptions.';
comment on column public.tutors.email is 'In lower case; products and sessions name the tutor by it.';
comment on column public.tutors.name is
  'What buyers are shown: update public.tutors set name = ''Tom'' where email = ''…''. Null: nothing yet.';
comment on column public.tutors.time_zone is
  'IANA name, such as Africa/Douala or Europe/Berlin: of hours and exceptions that name none, and of the times in '
  'notifications.';
comment on column public.tutors.notice_minutes is
  'A session is booked, or moved, to begin so many minutes from now at the earliest.';
comment on column public.tutors.book_ahead_days is
  'A session is booked, or moved, to begin so many times 24 hours from now at the latest.';
comment on column public.tutors.break_minutes is 'Minutes that stay free between two sessions.';
comment on column public.tutors.step_minutes is
  'Sessions begin when the tutor''s hours open, or any multiple of so many minutes later. A tutor without hours is '
  'booked at any minute.';
comment on column public.tutors.cancel_hours is
  'A student who cancels so many hours before the beginning, or sooner, is refunded; later, not. A tutor''s '
  'cancellation is always refunded.';
comment on column public.tutors.reschedule_hours is
  'A student may move a session until so many hours before it begins.';
comment on column public.tutors.max_reschedules is
  'How often the student may move one session, and how often the tutor may. An admin may at any time.';
comment on column public.tutors.reminder_minutes is
  'How many minutes before a session tutor and student are reminded: {1440,60} is a day and an hour. {}: not at all.';

-- sql/30-commerce/10-tables/11-discounts.sql

create table public.discounts (
  id uuid primary key default ops.uuid7(),
  code text not null,
  note text,
  percent numeric(5, 2),
  amount_minor bigint,
  currency text,
  minimum_minor bigint not null default 0,
  skus text[],
  starts_at timestamptz,
  ends_at timestamptz,
  max_uses integer,
  once_per_buyer boolean not null default false,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_code_names_one_discount unique (code),
  constraint a_code_has_3_to_40_capitals_and_digits check (code ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'),
  constraint a_discount_is_a_percentage_or_an_amount check (num_nonnulls(percent, amount_minor) = 1),
  constraint a_percentage_is_above_0_to_100 check (percent > 0 and percent <= 100),
  constraint an_amount_is_positive check (amount_minor > 0),
  constraint a_minimum_is_not_negative check (minimum_minor >= 0),
  constraint an_amount_or_minimum_has_a_currency
    check ((amount_minor is null and minimum_minor = 0) or currency is not null),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint it_is_of_some_product check (cardinality(skus) > 0),
  constraint it_begins_before_it_ends check (starts_at < ends_at),
  constraint it_may_be_used check (max_uses > 0)
);

alter table public.discounts enable row level security;
create policy "admins read discounts" on public.discounts for select to authenticated using ((select ops.is_admin()));
create policy "admins add discounts" on public.discounts for insert to authenticated
  with check ((select ops.is_admin()));
create policy "admins change discounts" on public.discounts for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.discounts for each row execute function ops.touch_updated_at();

comment on table public.discounts is
  'Codes that take something off the items of a checkout; never off shipping or tax, and never below 0. Its uses are '
  'in public.discount_uses. To end one, set active to false: a code that was used cannot be deleted.';
comment on column public.discounts.code is 'Buyers may type it in any case; it is stored in capitals.';
comment on column public.discounts.note is 'For admins.';
comment on column public.discounts.percent is 'Such as 10: a tenth off. Either this or amount_minor.';
comment on column public.discounts.amount_minor is 'In minor units of currency; at most the price of the items.';
comment on column public.discounts.currency is
  'The only currency in which it can be used. Null: any; for a percentage without a minimum only.';
comment on column public.discounts.minimum_minor is
  'The items that it is for must come to this, in minor units of currency.';
comment on column public.discounts.skus is 'The products that it is for. Null: all.';
comment on column public.discounts.starts_at is 'From when it can be used. Null: at once.';
comment on column public.discounts.ends_at is 'Until when it can be used. Null: for ever.';
comment on column public.discounts.max_uses is
  'In how many checkouts it can be used, of all buyers. Null: any number. A checkout that expires or fails gives its '
  'use back.';
comment on column public.discounts.once_per_buyer is
  'Whether a buyer can use it once only, by e-mail address and account.';
comment on column public.discounts.active is 'Whether it can be used.';

-- sql/30-commerce/10-tables/11-products.sql

create table public.products (
  id uuid primary key default gen_random_uuid(),
  sku text not null,
  name text not null,
  description text,
  price_minor bigint not null,
  currency text not null,
  stock integer,
  active boolean not null default true,
  kind public.product_kind not null default 'goods',
  cohort_id uuid,
  credits integer,
  tutor_email text,
  tutor_id uuid,
  session_minutes integer,
  trial boolean not null default false,
  provider_adjustments public.payment_adjustment[],
  max_quantity integer,
  ships boolean not null default true,
  weight_grams integer,
  show_count boolean not null default false,
  available boolean not null generated always as (coalesce(stock > 0, true)) stored,
  version bigint not null default 1,
  stock_version bigint not null default 1,
  catalog_versions jsonb not null default '{"all": 1}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  as_of timestamptz,
  as_of_event text,

  constraint a_sku_names_one_product unique (sku),
  constraint a_price_is_not_negative check (price_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint stock_is_never_negative check (stock >= 0),
  constraint a_seat_names_its_cohort check ((kind = 'cohort_seat') = (cohort_id is not null)),
  constraint a_pack_says_how_many_credits check ((kind = 'credit_pack') = (credits is not null)),
  constraint credits_are_positive check (credits > 0),
  constraint a_session_says_with_whom check ((kind = 'tutoring_session') = (tutor_email is not null)),
  constraint a_tutor_has_an_id check ((tutor_email is not null) = (tutor_id is not null)),
  constraint a_session_is_with_a_known_tutor foreign key (tutor_id) references public.tutors (id),
  constraint a_session_says_how_long check ((kind = 'tutoring_session') = (session_minutes is not null)),
  constraint a_session_takes_5_minutes_to_a_day check (session_minutes between 5 and 1440),
  constraint a_trial_is_a_tutoring_session check (kind = 'tutoring_session' or not trial),
  constraint a_tutors_address_is_lower_case check (tutor_email = lower(tutor_email)),
  constraint some_may_be_bought check (max_quantity > 0),
  constraint a_weight_is_positive check (weight_grams > 0),
  constraint versions_are_not_negative check (version > 0 and stock_version >= 0)
);
create index products_by_tutor on public.products (tutor_id) where tutor_id is not null;

alter table public.products enable row level security;
create policy "everybody reads what is on sale" on public.products for select to anon using (active);
create policy "everybody reads what is on sale, admins all" on public.products for select to authenticated
  using (active or (select ops.is_admin()));
create policy "admins add products" on public.products for insert to authenticated with check ((select ops.is_admin()));
create policy "admins change products" on public.products for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.products for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.products for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.products for each statement execute function
  outbox.refuse_truncate();

comment on table public.products is
  'What is sold: goods, seats of cohorts, tutoring sessions, packs of credits. Further prices, in other currencies, '
  'are in product_prices.';
comment on column public.products.price_minor is 'In minor units of the currency.';
comment on column public.products.stock is
  'What can still be sold: reserving lowers it, releasing raises it. Null: not counted (digital goods).';
comment on column public.products.active is 'Whether it is on sale.';
comment on column public.products.as_of is
  'The time of the latest event of a provider''s catalogue; an older event is not applied.';
comment on column public.products.as_of_event is 'The provider''s id of the event it is from.';
comment on column public.products.kind is 'How an order of it is fulfilled.';
comment on column public.products.cohort_id is
  'The cohort that the seat is in. learning.free_seats counts the free ones: leave stock null, or limit this offer by '
  'it.';
comment on column public.products.credits is 'How many credits one pack holds.';
comment on column public.products.tutor_email is
  'The tutor of a session, in lower case. A tutor has one session at a time. Not readable over the Data API except '
  'with the service key: pages show tutors.name by tutor_id.';
comment on column public.products.tutor_id is 'The row of public.tutors with that address. Set by a trigger.';
comment on column public.products.provider_adjustments is
  'Which changes of a checkout''s total by the payment provider are allowed if the checkout holds this product. Null: '
  'as in commerce.settings.';
comment on column public.products.session_minutes is 'How long a session lasts.';
comment on column public.products.trial is
  'A trial session: each student books one, of whatever tutor; another when it was cancelled in time, or by the tutor.';
comment on column public.products.available is
  'Whether any can be sold. Seats and tutors'' time are counted elsewhere: learning.free_seats.';
comment on column public.products.show_count is
  'Whether product_availability tells everybody how many are left. False: only available, few or none.';
comment on column public.products.max_quantity is
  'The largest quantity in one checkout. Null: the stock (guests: commerce.settings.guest_max_quantity).';
comment on column public.products.ships is
  'Goods only: whether they are sent to an address. False for downloads and what buyers collect: no shipping, no '
  'parcel.';
comment on column public.products.weight_grams is
  'The weight of one, in grams, for rates of public.shipping_rates that have a limit. Null: it counts as nothing.';
comment on column public.products.version is
  'Version of everything but the stock: grows with each change; of changes by two writers the higher version wins '
  '(functions/catalog).';
comment on column public.products.stock_version is 'The same for the stock. 0: never counted yet.';
comment on column public.products.catalog_versions is
  'For commerce.set_product: the version that last set each part, so that writes in any order give the same result; '
  '"all": our own last change, which any write up to it does not know.';

-- sql/30-commerce/10-tables/11-shipping_rates.sql

create table public.shipping_rates (
  id uuid primary key default ops.uuid7(),
  name text not null,
  countries text[],
  currency text not null,
  price_minor bigint not null,
  up_to_grams integer,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_name_is_not_blank check (name ~ '\S' and length(name) <= 100),
  constraint countries_are_iso_codes check (countries::text ~ '^\{[A-Z]{2}(,[A-Z]{2})*\}$'),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint a_price_is_not_negative check (price_minor >= 0),
  constraint a_limit_is_positive check (up_to_grams > 0)
);
create index shipping_rates_by_currency on public.shipping_rates (currency) where active;

alter table public.shipping_rates enable row level security;
create policy "everybody reads rates in force" on public.shipping_rates for select to anon using (active);
create policy "everybody reads rates in force, admins all" on public.shipping_rates for select to authenticated
  using (active or (select ops.is_admin()));
create policy "admins add rates" on public.shipping_rates for insert to authenticated
  with check ((select ops.is_admin()));
create policy "admins change rates" on public.shipping_rates for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));
create policy "admins remove rates" on public.shipping_rates for delete to authenticated
  using ((select ops.is_admin()));

create trigger touch before update on public.shipping_rates for each row execute function ops.touch_updated_at();

comment on table public.shipping_rates is
  'What it costs to send an order. Of the rates for its country, currency and weight the cheapest applies. While no '
  'rate is active, shipping costs nothing, and no provider''s page asks for an address; as soon as one is, a country '
  'without a rate is refused.';
comment on column public.shipping_rates.name is 'What the buyer sees, such as "Standard".';
comment on column public.shipping_rates.countries is
  'ISO 3166-1 alpha-2, such as {DE,AT}. Null: every country that no other active rate in this currency names.';
comment on column public.shipping_rates.price_minor is 'Of the whole order, in minor units of the currency.';
comment on column public.shipping_rates.up_to_grams is
  'For orders of at most this weight (products.weight_grams). Null: of any weight.';
comment on column public.shipping_rates.active is 'Whether it applies.';

-- sql/30-commerce/10-tables/11-tax_rates.sql

create table public.tax_rates (
  country text primary key,
  percent numeric(6, 3) not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_country_is_an_iso_code check (country ~ '^[A-Z]{2}$'),
  constraint a_percentage_is_0_to_100 check (percent between 0 and 100)
);

alter table public.tax_rates enable row level security;
create policy "everybody reads tax rates" on public.tax_rates for select to anon, authenticated using (true);
create policy "admins add tax rates" on public.tax_rates for insert to authenticated
  with check ((select ops.is_admin()));
create policy "admins change tax rates" on public.tax_rates for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));
create policy "admins remove tax rates" on public.tax_rates for delete to authenticated
  using ((select ops.is_admin()));

create trigger touch before update on public.tax_rates for each row execute function ops.touch_updated_at();

comment on table public.tax_rates is
  'Tax by the country that an order is sent to, on items and shipping after the discount, where the provider does not '
  'work it out (commerce.settings.provider_tax). A country without a row: none.';
comment on column public.tax_rates.country is 'ISO 3166-1 alpha-2, such as DE.';
comment on column public.tax_rates.percent is
  'Such as 19. Added to the total, or contained in the prices (commerce.settings.prices_include_tax).';

-- sql/30-commerce/10-tables/12-checkout_sessions.sql

create table public.checkout_sessions (
  id uuid primary key default gen_random_uuid(),
  status public.checkout_status not null default 'open',
  email text not null,
  user_id uuid,
  guest boolean not null default false,
  total_minor bigint not null,
  currency text not null,
  discount_minor bigint not null default 0,
  discount_code text,
  shipping_minor bigint not null default 0,
  shipping_name text,
  tax_minor bigint not null default 0,
  tax_included boolean not null default false,
  provider_tax boolean not null default false,
  shipping_countries text[],
  shipping_address jsonb,
  recipient_name text,
  recipient_phone text,
  expires_at timestamptz not null default now() + interval '1 hour',
  completed_at timestamptz,
  expired_at timestamptz,
  cancelled_at timestamptz,
  returned_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_total_is_not_negative check (total_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint its_parts_are_not_negative check (least(discount_minor, shipping_minor, tax_minor) >= 0),
  constraint what_is_added_is_in_the_total
    check (total_minor >= shipping_minor + case when tax_included then 0 else tax_minor end),
  constraint a_discount_has_a_code check (discount_minor = 0 or discount_code is not null),
  constraint a_shipping_address_is_an_address check (commerce.is_address(shipping_address)),
  constraint a_recipient_is_short check (length(recipient_name) <= 200 and length(recipient_phone) <= 40),
  constraint a_completed_checkout_says_when check ((status = 'payment_completed') = (completed_at is not null))
);
create index checkout_sessions_by_user on public.checkout_sessions (user_id);
create index checkout_sessions_by_email on public.checkout_sessions (lower(email));
create index checkout_sessions_to_expire on public.checkout_sessions (expires_at) where status = 'open';

alter table public.checkout_sessions enable row level security;
create policy "buyers read their own checkouts, admins all" on public.checkout_sessions for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger touch before update on public.checkout_sessions for each row execute function ops.touch_updated_at();
create trigger capture_change after update on public.checkout_sessions
referencing old table as old_rows new table as new_rows
for each statement execute function outbox.capture_change();
create trigger capture_inserts after insert on public.checkout_sessions referencing new table as new_rows
for each statement execute function outbox.capture_change();
create trigger capture_deletes after delete on public.checkout_sessions referencing old table as old_rows
for each statement execute function outbox.capture_change();
create trigger refuse_truncate before truncate on public.checkout_sessions for each statement execute function
  outbox.refuse_truncate();

comment on table public.checkout_sessions is 'What a buyer wants to pay for. Every provider''s object names its id.';
comment on column public.checkout_sessions.id is
  'Random, not guessable: for a guest it is the only key to the checkout.';
comment on column public.checkout_sessions.guest is
  'Opened without signing in, even when the e-mail address has an account: what guests may hold is limited '
  '(commerce.settings).';
comment on column public.checkout_sessions.total_minor is
  'What must be captured, in minor units: the items, less the discount, plus shipping, plus tax unless the prices '
  'contain it.';
comment on column public.checkout_sessions.discount_minor is
  'Subtracted from the items'' prices by discount_code, in minor units.';
comment on column public.checkout_sessions.discount_code is 'The code of public.discounts.';
comment on column public.checkout_sessions.shipping_minor is
  'Shipping, in minor units, by public.shipping_rates.';
comment on column public.checkout_sessions.shipping_name is 'The rate''s name, as the buyer sees it.';
comment on column public.checkout_sessions.tax_minor is
  'Tax by public.tax_rates, in minor units. What a provider works out itself is on the payment and the order.';
comment on column public.checkout_sessions.tax_included is
  'Whether the prices contain the tax (commerce.settings.prices_include_tax).';
comment on column public.checkout_sessions.provider_tax is
  'Whether the provider works out the tax, and adds it to the total (commerce.settings.provider_tax).';
comment on column public.checkout_sessions.shipping_countries is
  'The countries for which shipping was priced, ISO 3166-1 alpha-2, where the provider''s page asks for the address. '
  'Null: it does not ask.';
comment on column public.checkout_sessions.shipping_address is
  'Where it is sent: {line1, line2, city, region, postal_code, country}. From the storefront, else from the '
  'provider''s page.';
comment on column public.checkout_sessions.recipient_name is 'To whom it is sent.';
comment on column public.checkout_sessions.recipient_phone is 'For the carrier.';
comment on column public.checkout_sessions.expires_at is
  'An open checkout past this time is expired by cron, and its stock is released.';
comment on column public.checkout_sessions.expired_at is 'When it expired, here or at the provider.';
comment on column public.checkout_sessions.cancelled_at is
  'When the buyer returned by the cancel URL (commerce.cancel_checkout).';
comment on column public.checkout_sessions.returned_at is
  'When the storefront first asked for its status (functions/payment-status).';

-- sql/30-commerce/10-tables/12-tutor_hours.sql

create table public.tutor_hours (
  id uuid primary key default ops.uuid7(),
  tutor_id uuid not null,
  weekday smallint not null,
  opens_at time not null,
  closes_at time not null,
  time_zone text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint hours_are_a_tutors foreign key (tutor_id) references public.tutors (id) on delete cascade,
  constraint hours_are_named_once unique (tutor_id, weekday, opens_at, time_zone),
  constraint a_weekday_is_1_to_7 check (weekday between 1 and 7),
  constraint hours_begin_before_they_end check (opens_at < closes_at),
  -- Raises 22023 for a name that Postgres does not know.
  constraint a_time_zone_is_known check (timestamp '2026-01-01' at time zone time_zone is not null)
);

alter table public.tutor_hours enable row level security;
create policy "everybody reads when tutors can be booked" on public.tutor_hours for select to anon, authenticated
  using (true);
create policy "tutors add their own hours, admins everybody's" on public.tutor_hours for insert to authenticated
  with check (commerce.is_tutor(tutor_id) or (select ops.is_admin()));
create policy "tutors change their own hours, admins everybody's" on public.tutor_hours for update to authenticated
  using (commerce.is_tutor(tutor_id) or (select ops.is_admin()))
  with check (commerce.is_tutor(tutor_id) or (select ops.is_admin()));
create policy "tutors remove their own hours, admins everybody's" on public.tutor_hours for delete to authenticated
  using (commerce.is_tutor(tutor_id) or (select ops.is_admin()));

create trigger touch before update on public.tutor_hours for each row execute function ops.touch_updated_at();

comment on table public.tutor_hours is
  'When a tutor''s sessions may be booked, week by week: several rows a day, if need be. A tutor without a row here, '
  'and without extra hours in tutor_exceptions, can be booked at any time. Hours that touch count as one span. Notice, '
  'breaks and more: tutors.';
comment on column public.tutor_hours.weekday is '1 Monday to 7 Sunday, in time_zone.';
comment on column public.tutor_hours.opens_at is 'Local time from which a session may begin.';
comment on column public.tutor_hours.closes_at is 'Local time by which it must end; 24:00: midnight.';
comment on column public.tutor_hours.time_zone is
  'IANA name, such as Africa/Douala or Europe/Berlin; summer time is followed. Left out: tutors.time_zone.';

-- sql/30-commerce/10-tables/13-checkout_items.sql

create table public.checkout_items (
  id uuid primary key default ops.uuid7(),
  checkout_session_id uuid not null,
  product_id uuid not null,
  quantity integer not null,
  sku text not null,
  name text not null,
  unit_price_minor bigint not null,
  kind public.product_kind not null default 'goods',
  cohort_id uuid,
  credits integer,
  starts_at timestamptz,
  ships boolean not null default true,
  discount_minor bigint not null default 0,
  reserved boolean not null default true,

  constraint an_item_is_of_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id)
  on delete cascade,
  constraint an_item_is_a_product foreign key (product_id) references public.products (id),
  constraint a_checkout_lists_a_product_once unique nulls not distinct (checkout_session_id, product_id, starts_at),
  constraint a_quantity_is_positive check (quantity > 0),
  constraint a_price_is_not_negative check (unit_price_minor >= 0),
  constraint no_more_is_discounted_than_it_costs
    check (discount_minor between 0 and unit_price_minor::numeric * quantity),
  constraint a_seat_names_its_cohort check ((kind = 'cohort_seat') = (cohort_id is not null)),
  constraint a_pack_says_how_many_credits check ((kind = 'credit_pack') = (credits is not null)),
  constraint a_session_has_its_time check ((kind = 'tutoring_session') = (starts_at is not null))
);
create index checkout_items_by_product on public.checkout_items (product_id);

alter table public.checkout_items enable row level security;
create policy "buyers read the items of their own checkouts, admins all"
  on public.checkout_items for select to authenticated
  using (exists (select 1 from public.checkout_sessions s where s.id = checkout_session_id
    and s.user_id = (select auth.uid())) or (select ops.is_admin()));

comment on table public.checkout_items is
  'The items of a checkout, with the name and price they had when it was opened.';
comment on column public.checkout_items.unit_price_minor is
  'In minor units of the checkout''s currency; from public.products, never from the caller.';
comment on column public.checkout_items.reserved is
  'Whether it has a reservation: goods and packs without counted stock need none.';
comment on column public.checkout_items.credits is 'How many credits each of them holds.';
comment on column public.checkout_items.starts_at is 'When the session begins; chosen by the buyer.';
comment on column public.checkout_items.ships is 'Goods only: whether they are sent to an address.';
comment on column public.checkout_items.discount_minor is
  'Its part of the checkout''s discount, of the whole quantity, in minor units. The parts add up to the checkout''s.';

-- sql/30-commerce/10-tables/13-discount_uses.sql

create table public.discount_uses (
  checkout_session_id uuid primary key,
  discount_id uuid not null,
  status public.reservation_status not null default 'held',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_use_is_in_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id)
    on delete cascade,
  constraint a_use_is_of_a_discount foreign key (discount_id) references public.discounts (id)
);
create index discount_uses_by_discount on public.discount_uses (discount_id);

alter table public.discount_uses enable row level security;
create policy "admins read uses of discounts" on public.discount_uses for select to authenticated
  using ((select ops.is_admin()));

create trigger touch before update on public.discount_uses for each row execute function ops.touch_updated_at();

comment on table public.discount_uses is
  'Which checkout uses which discount. held: not paid yet. taken: paid. released: the checkout expired or failed, and '
  'the use does not count.';

-- sql/30-commerce/10-tables/14-stock_reservations.sql

create table public.stock_reservations (
  id uuid primary key default ops.uuid7(),
  checkout_session_id uuid not null,
  product_id uuid not null,
  quantity integer not null,
  status public.reservation_status not null default 'held',
  cohort_id uuid,
  tutor_email text,
  starts_at timestamptz,
  ends_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_reservation_is_of_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id)
  on delete cascade,
  constraint a_reservation_is_of_a_product foreign key (product_id) references public.products (id),
  constraint a_checkout_reserves_a_product_once unique nulls not distinct (checkout_session_id, product_id, starts_at),
  constraint a_quantity_is_positive check (quantity > 0),
  constraint a_tutors_time_has_both_ends check (num_nonnulls(tutor_email, starts_at, ends_at) in (0, 3))
);
create index stock_reservations_by_product on public.stock_reservations (product_id);
create index seats_held on public.stock_reservations (cohort_id) where status = 'held' and cohort_id is not null;
create index tutors_time_held on public.stock_reservations (tutor_email, starts_at) where status = 'held'
  and tutor_email is not null;

alter table public.stock_reservations enable row level security;
create policy "admins read stock reservations" on public.stock_reservations for select to authenticated
  using ((select ops.is_admin()));

create trigger touch before update on public.stock_reservations for each row execute function ops.touch_updated_at();

comment on table public.stock_reservations is
  'Stock, seats and tutors'' time reserved for a checkout. Quantities that are held or taken are already subtracted '
  'from products.stock; released ones are added to it again.';
comment on column public.stock_reservations.cohort_id is 'The cohort that the seats are in.';
comment on column public.stock_reservations.tutor_email is 'The tutor whose time it is, from starts_at to ends_at.';

-- sql/30-commerce/10-tables/15-payments.sql

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
  membership_ref text,
  credits integer,
  credit_pack_ref text,
  reviewed_at timestamptz,
  failure_code text,
  failure_message text,
  failed_at timestamptz,
  captured_at timestamptz,
  reported_refunded_minor bigint not null default 0,
  part_of text,
  is_last_part boolean,
  subtotal_minor bigint,
  tax_minor bigint,
  shipping_minor bigint,
  discount_minor bigint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_provider_names_a_payment_once unique (provider, provider_ref),
  constraint a_payment_is_for_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id),
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint no_more_is_refunded_than_was_captured check (refunded_minor between 0 and amount_minor),
  constraint only_captured_money_is_refunded check (refunded_minor = 0 or captured_at is not null),
  constraint only_a_part_is_the_last_part check (is_last_part is null or part_of is not null),
  constraint a_breakdown_is_whole
    check (num_nulls(subtotal_minor, tax_minor, shipping_minor, discount_minor) in (0, 4)),
  constraint a_breakdown_is_not_negative check (least(subtotal_minor, tax_minor, shipping_minor, discount_minor) >= 0),
  constraint credits_come_in_a_pack check ((credits is null) = (credit_pack_ref is null)),
  constraint credits_are_positive check (credits > 0),
  constraint a_review_has_a_reason check (needs_review = (review_reason is not null)),
  constraint captured_money_stays_captured check ((captured_at is not null) = (status >= 'captured'))
);
create index payments_by_checkout on public.payments (checkout_session_id);
create index payments_by_whole on public.payments (provider, part_of) where part_of is not null;
create index payments_by_user on public.payments (user_id);
create index payments_under_way on public.payments (provider, created_at) where status in ('created', 'pending');
create index payments_to_review on public.payments (created_at) where needs_review;

create trigger capture_change after update on public.payments referencing old table as old_rows new table as new_rows
for each statement execute function outbox.capture_change();
create trigger capture_inserts after insert on public.payments referencing new table as new_rows
for each statement execute function outbox.capture_change();
create trigger capture_deletes after delete on public.payments referencing old table as old_rows
for each statement execute function outbox.capture_change();
create trigger refuse_truncate before truncate on public.payments for each statement execute function
  outbox.refuse_truncate();

alter table public.payments enable row level security;
create policy "buyers read their own payments, admins all" on public.payments for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

comment on table public.payments is
  'Payments, pending, captured or failed, by provider. One row per payment at the provider, however many events are '
  'about it.';
comment on column public.payments.provider_ref is 'The provider''s id of the payment.';
comment on column public.payments.amount_minor is
  'In minor units: the captured amount; before the capture, the requested amount.';
comment on column public.payments.refunded_minor is 'How much was refunded, in minor units.';
comment on column public.payments.needs_review is
  'Captured, but not fulfilled: an admin decides. commerce.accept_payment fulfils it all the same.';
comment on column public.payments.review_reason is 'Why it needs review, and what can be done.';
comment on column public.payments.membership_ref is
  'The provider''s id of the membership it pays, if the provider names one: it needs no checkout.';
comment on column public.payments.credits is
  'How many credits it buys in the provider''s own shop: it needs no checkout. See credit_ledger.';
comment on column public.payments.credit_pack_ref is 'The pack of credits, by the provider''s id of it.';
comment on column public.payments.reviewed_at is
  'When an admin accepted it or closed its review; it is not reviewed again.';
comment on column public.payments.reported_refunded_minor is
  'The highest total of refunds in the provider''s events, in minor units; includes refunds without a received event '
  'of their own.';
comment on column public.payments.part_of is
  'The provider''s id of an object that is paid in one or several captures (PayPal: the order); together they may pay '
  'a checkout.';
comment on column public.payments.is_last_part is 'Whether the provider says that no further part follows.';
comment on column public.payments.subtotal_minor is
  'The sum of the items before discount, tax and shipping, in minor units, if the provider gives a breakdown of its '
  'total.';
comment on column public.payments.tax_minor is
  'Tax calculated by the provider, in minor units: added to the price, or contained in it.';
comment on column public.payments.shipping_minor is 'Shipping added by the provider, in minor units.';
comment on column public.payments.discount_minor is 'Discount subtracted by the provider, in minor units.';
comment on column public.payments.failure_code is 'Of the latest failed attempt; a later attempt may have succeeded.';

-- sql/30-commerce/10-tables/16-refunds.sql

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
create policy "buyers read the refunds of their own payments, admins all" on public.refunds for select to authenticated
  using (exists (select 1 from public.payments p where p.id = payment_id and p.user_id = (select auth.uid()))
    or (select ops.is_admin()));

create trigger touch before update on public.refunds for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.refunds for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.refunds for each statement execute function
  outbox.refuse_truncate();

comment on table public.refunds is 'Refunds, one row per refund at the provider.';
comment on column public.refunds.amount_minor is 'In minor units.';

-- sql/30-commerce/10-tables/17-disputes.sql

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
create policy "admins read disputes" on public.disputes for select to authenticated using ((select ops.is_admin()));

create trigger touch before update on public.disputes for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.disputes for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.disputes for each statement execute function
  outbox.refuse_truncate();

comment on table public.disputes is 'Chargebacks and inquiries. Answer them at the provider before evidence_due_at.';
comment on column public.disputes.amount_minor is 'In minor units.';
comment on column public.disputes.as_of is
  'The time of the provider''s record that is stored here; an older event is not applied.';
comment on column public.disputes.as_of_event is 'The provider''s id of the event it is from.';

-- sql/30-commerce/10-tables/18-orders.sql

create table public.orders (
  id uuid primary key default ops.uuid7(),
  number bigint generated always as identity (start with 1001),
  payment_id uuid not null,
  checkout_session_id uuid not null,
  user_id uuid,
  email text not null,
  status public.order_status not null,
  total_minor bigint not null,
  tax_minor bigint not null default 0,
  shipping_minor bigint not null default 0,
  discount_minor bigint not null default 0,
  discount_code text,
  currency text not null,
  shipping_address jsonb,
  recipient_name text,
  recipient_phone text,
  attention_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_payment_makes_one_order unique (payment_id),
  constraint a_checkout_makes_one_order unique (checkout_session_id),
  constraint a_number_names_one_order unique (number),
  constraint an_order_is_paid_by_a_payment foreign key (payment_id) references public.payments (id),
  constraint an_order_is_of_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id),
  constraint a_total_is_not_negative check (total_minor >= 0),
  constraint its_parts_are_not_negative check (least(tax_minor, shipping_minor, discount_minor) >= 0),
  constraint a_shipping_address_is_an_address check (commerce.is_address(shipping_address)),
  constraint a_recipient_is_short check (length(recipient_name) <= 200 and length(recipient_phone) <= 40),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint attention_has_a_reason check (status <> 'needs_attention' or attention_reason is not null)
);
create index orders_by_user on public.orders (user_id);
create index orders_needing_attention on public.orders (created_at) where status = 'needs_attention';

alter table public.orders enable row level security;
create policy "buyers read their own orders, admins all" on public.orders for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger touch before update on public.orders for each row execute function ops.touch_updated_at();
create trigger capture_change after update on public.orders referencing old table as old_rows new table as new_rows
for each statement execute function outbox.capture_change('commerce.order_details');
create trigger capture_inserts after insert on public.orders referencing new table as new_rows
for each statement execute function outbox.capture_change('commerce.order_details');
create trigger capture_deletes after delete on public.orders referencing old table as old_rows
for each statement execute function outbox.capture_change('commerce.order_details');
create trigger refuse_truncate before truncate on public.orders for each statement execute function
  outbox.refuse_truncate();

comment on table public.orders is
  'Paid orders. A captured payment makes its order, one per payment, never before the capture.';
comment on column public.orders.number is 'The order number that the buyer sees.';
comment on column public.orders.total_minor is
  'What the buyer paid for it, in minor units: the items, less the discount, plus shipping, plus tax where the prices '
  'do not contain it.';
comment on column public.orders.tax_minor is
  'Tax in the total, in minor units, by public.tax_rates or as calculated by the provider.';
comment on column public.orders.shipping_minor is 'Shipping in the total, in minor units.';
comment on column public.orders.discount_minor is 'Subtracted from the items'' prices, in minor units.';
comment on column public.orders.discount_code is 'The code of public.discounts by which it was discounted.';
comment on column public.orders.shipping_address is
  'Where it is sent: {line1, line2, city, region, postal_code, country}; country is ISO 3166-1 alpha-2 (DE). Null: '
  'nothing is sent, or nobody asked.';
comment on column public.orders.recipient_name is 'To whom it is sent.';
comment on column public.orders.recipient_phone is 'For the carrier.';
comment on column public.orders.attention_reason is 'What an admin must settle; commerce.settle_order closes it.';

-- sql/30-commerce/10-tables/19-order_items.sql

create table public.order_items (
  id uuid primary key default ops.uuid7(),
  order_id uuid not null,
  product_id uuid not null,
  quantity integer not null,
  sku text not null,
  name text not null,
  unit_price_minor bigint not null,
  kind public.product_kind not null default 'goods',
  cohort_id uuid,
  credits integer,
  starts_at timestamptz,
  ships boolean not null default true,
  discount_minor bigint not null default 0,
  restocked integer not null default 0,
  settled_without_stock boolean not null default false,

  constraint an_item_is_of_an_order foreign key (order_id) references public.orders (id) on delete cascade,
  constraint an_item_is_a_product foreign key (product_id) references public.products (id),
  constraint an_order_lists_a_product_once unique nulls not distinct (order_id, product_id, starts_at),
  constraint a_quantity_is_positive check (quantity > 0),
  constraint a_price_is_not_negative check (unit_price_minor >= 0),
  constraint no_more_is_discounted_than_it_costs
    check (discount_minor between 0 and unit_price_minor::numeric * quantity),
  constraint a_seat_names_its_cohort check ((kind = 'cohort_seat') = (cohort_id is not null)),
  constraint a_pack_says_how_many_credits check ((kind = 'credit_pack') = (credits is not null)),
  constraint a_session_has_its_time check ((kind = 'tutoring_session') = (starts_at is not null)),
  constraint no_more_is_restocked_than_was_sold check (restocked between 0 and quantity)
);
create index order_items_by_product on public.order_items (product_id);

alter table public.order_items enable row level security;
create policy "buyers read the items of their own orders, admins all" on public.order_items for select to authenticated
  using (exists (select 1 from public.orders o where o.id = order_id and o.user_id = (select auth.uid()))
    or (select ops.is_admin()));

comment on table public.order_items is 'The items of an order, with the name and price they were sold at.';
comment on column public.order_items.unit_price_minor is 'In minor units of the order''s currency.';
comment on column public.order_items.credits is 'How many credits each of them holds.';
comment on column public.order_items.starts_at is 'When the session begins; chosen by the buyer.';
comment on column public.order_items.settled_without_stock is
  'An admin settled its order although some of it was not in stock (commerce.settle_order): the buyer was informed, or '
  'gets it another way.';
comment on column public.order_items.restocked is 'How many of them were put back on sale (commerce.restock).';
comment on column public.order_items.ships is 'Goods only: whether they are sent to an address.';
comment on column public.order_items.discount_minor is
  'Its part of the order''s discount, of the whole quantity, in minor units. The parts add up to the order''s.';

-- sql/30-commerce/10-tables/20-payment_approvals.sql

create table public.payment_approvals (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  provider_ref text not null,
  checkout_session_id uuid,
  amount_minor bigint not null,
  currency text not null,
  approved_at timestamptz not null,
  created_at timestamptz not null default now(),

  constraint an_approval_is_recorded_once unique (provider, provider_ref, approved_at),
  constraint an_approval_is_for_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id),
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$')
);
create index payment_approvals_by_checkout on public.payment_approvals (checkout_session_id);

alter table public.payment_approvals enable row level security;
create policy "admins read payment approvals" on public.payment_approvals for select to authenticated
  using ((select ops.is_admin()));

create trigger capture_change after insert or update or delete on public.payment_approvals for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.payment_approvals for each statement execute function
  outbox.refuse_truncate();

comment on table public.payment_approvals is
  'Payments that buyers approved at a provider and that we must capture (PayPal orders). The route to destination '
  'paypal makes the courier capture each once: see commerce.may_capture.';
comment on column public.payment_approvals.provider_ref is
  'The provider''s id of the approved object (PayPal: the order). The resulting payment has another id (the capture).';
comment on column public.payment_approvals.amount_minor is 'The approved amount, in minor units.';
comment on column public.payment_approvals.approved_at is
  'By the provider''s clock. After a declined capture an order may be approved again, with another card.';

-- sql/30-commerce/10-tables/21-product_prices.sql

create table public.product_prices (
  product_id uuid not null,
  currency text not null,
  price_minor bigint not null,
  created_at timestamptz not null default now(),

  primary key (product_id, currency),
  constraint a_price_is_of_a_product foreign key (product_id) references public.products (id) on delete cascade,
  constraint a_price_is_not_negative check (price_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$')
);

alter table public.product_prices enable row level security;
-- A reader sees only the prices of products on sale: the policy of products holds here too.
create policy "who sees a product sees its prices" on public.product_prices for select to anon, authenticated
  using (exists (select 1 from public.products p where p.id = product_id));
create policy "admins add prices" on public.product_prices for insert to authenticated with
  check ((select ops.is_admin()));
create policy "admins change prices" on public.product_prices for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));
create policy "admins take prices away" on public.product_prices for delete to authenticated
  using ((select ops.is_admin()));

comment on table public.product_prices is
  'What a product costs in other currencies than its own: one stock, sold by Stripe in EUR and by Fapshi in XAF.';
comment on column public.product_prices.price_minor is 'In minor units of the currency.';

-- sql/30-commerce/10-tables/22-stock_movements.sql

create table public.stock_movements (
  id uuid primary key default ops.uuid7(),
  product_id uuid not null,
  quantity integer not null,
  reason public.stock_reason not null,
  checkout_session_id uuid,
  order_id uuid,
  provider text,
  provider_ref text,
  note text,
  created_at timestamptz not null default now(),

  constraint a_movement_is_of_a_product foreign key (product_id) references public.products (id) on delete cascade,
  constraint a_movement_may_be_of_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id)
    on delete set null,
  constraint a_movement_may_be_of_an_order foreign key (order_id) references public.orders (id) on delete set null,
  constraint a_movement_moves_something check (quantity <> 0),
  constraint what_another_system_moved_is_moved_once unique (provider, provider_ref),
  constraint another_systems_movement_has_its_id check ((provider is null) = (provider_ref is null))
);
-- The audit sums the whole ledger, from the index alone.
create index stock_movements_by_product on public.stock_movements (product_id) include (quantity);
create index stock_movements_by_checkout on public.stock_movements (checkout_session_id);
create index stock_movements_by_order on public.stock_movements (order_id);

alter table public.stock_movements enable row level security;
create policy "admins read stock movements" on public.stock_movements for select to authenticated
  using ((select ops.is_admin()));

comment on table public.stock_movements is
  'The ledger of stock: every change of products.stock, by any writer, written by commerce.write_movement. The sum of '
  'a product''s movements is its stock.';
comment on column public.stock_movements.quantity is 'Above 0: more can be sold. Below 0: less.';
comment on column public.stock_movements.provider_ref is 'The other system''s id of it (functions/catalog).';

-- sql/30-commerce/10-tables/23-fulfillments.sql

create table public.fulfillments (
  id uuid primary key default ops.uuid7(),
  order_id uuid not null,
  status public.fulfillment_status not null default 'pending',
  carrier text,
  tracking_code text,
  tracking_url text,
  note text,
  shipping_address jsonb,
  recipient_name text,
  recipient_phone text,
  cancelled_by_refund boolean not null default false,
  shipped_at timestamptz,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint an_order_is_sent_once unique (order_id),
  constraint a_fulfillment_is_of_an_order foreign key (order_id) references public.orders (id) on delete cascade,
  constraint a_tracking_address_is_https check (tracking_url ~ '^https://[^/]'),
  constraint a_shipping_address_is_an_address check (commerce.is_address(shipping_address)),
  constraint a_recipient_is_short check (length(recipient_name) <= 200 and length(recipient_phone) <= 40),
  constraint what_was_shipped_says_when
    check ((status in ('shipped', 'delivered', 'returned')) = (shipped_at is not null)),
  constraint only_what_is_cancelled_was_cancelled_by_a_refund check (not cancelled_by_refund or status = 'cancelled')
);
create index fulfillments_under_way on public.fulfillments (created_at) where status in ('pending', 'packed');

alter table public.fulfillments enable row level security;
create policy "buyers read how their own orders are sent, admins all" on public.fulfillments for select to authenticated
  using (exists (select 1 from public.orders o where o.id = order_id and o.user_id = (select auth.uid()))
    or (select ops.is_admin()));
create policy "admins move fulfillments" on public.fulfillments for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.fulfillments for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.fulfillments for each row execute function
  outbox.capture_change('commerce.fulfillment_details');
create trigger refuse_truncate before truncate on public.fulfillments for each statement execute function
  outbox.refuse_truncate();

comment on table public.fulfillments is
  'The parcel of an order, made with every order that holds goods that are sent. An admin moves its '
  'status; the buyer is notified.';
comment on column public.fulfillments.note is 'For the buyer.';
comment on column public.fulfillments.shipping_address is
  'Where it is sent, as in orders.shipping_address. An admin may correct it.';
comment on column public.fulfillments.recipient_name is 'To whom it is sent.';
comment on column public.fulfillments.recipient_phone is 'For the carrier.';
comment on column public.fulfillments.cancelled_by_refund is
  'The order was refunded before it was shipped. If that refund fails, it is pending again.';

-- sql/30-commerce/10-tables/24-checkout_requests.sql

create table public.checkout_requests (
  caller text not null,
  key text not null,
  fingerprint text not null,
  checkout_session_id uuid,
  answer jsonb,
  claimed_until timestamptz not null,
  created_at timestamptz not null default now(),

  primary key (caller, key),
  constraint a_request_opens_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id)
    on delete cascade
);
create index checkout_requests_by_checkout on public.checkout_requests (checkout_session_id);
create index checkout_requests_by_age on public.checkout_requests (created_at);

alter table public.checkout_requests enable row level security;

comment on table public.checkout_requests is
  'Calls of functions/checkout by their Idempotency-Key: a repeated call gets the first response.';
comment on column public.checkout_requests.caller is 'The account, or guest.';
comment on column public.checkout_requests.fingerprint is 'SHA-256 of the request: a key stands for one request.';
comment on column public.checkout_requests.answer is
  'The response, without the token. Null: the provider is being asked.';
comment on column public.checkout_requests.claimed_until is
  'Until this time the first caller asks the provider; after that the next caller may.';

-- sql/30-commerce/10-tables/25-refund_requests.sql

create table public.refund_requests (
  id uuid primary key default ops.uuid7(),
  payment_id uuid not null,
  amount_minor bigint not null,
  currency text not null,
  status public.refund_request_status not null default 'requested',
  reason text,
  restock boolean not null default false,
  requested_by text not null,
  provider_ref text,
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_refund_is_asked_for_a_payment foreign key (payment_id) references public.payments (id),
  constraint something_goes_back check (amount_minor > 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint what_was_sent_has_the_providers_id check ((status = 'sent') = (provider_ref is not null)),
  constraint what_was_refused_says_why check ((status = 'refused') = (error is not null))
);
create index refund_requests_by_payment on public.refund_requests (payment_id);

alter table public.refund_requests enable row level security;
create policy "admins read refund requests" on public.refund_requests for select to authenticated
  using ((select ops.is_admin()));

create trigger touch before update on public.refund_requests for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.refund_requests for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.refund_requests for each statement execute function
  outbox.refuse_truncate();

comment on table public.refund_requests is
  'Refunds that an admin requested: commerce.request_refund. The route to destination refunds makes the courier ask '
  'the provider, once.';
comment on column public.refund_requests.amount_minor is 'In minor units.';
comment on column public.refund_requests.restock is 'Whether the goods go back on sale once the refund has succeeded.';
comment on column public.refund_requests.provider_ref is 'The provider''s id of the refund; see refunds.';
comment on column public.refund_requests.error is 'Why the provider refused it, and what can be done.';

-- sql/30-commerce/10-tables/26-started_payments.sql

create table public.started_payments (
  id uuid primary key default ops.uuid7(),
  checkout_session_id uuid not null,
  provider text not null,
  kind text not null,
  provider_ref text not null,
  created_at timestamptz not null default now(),
  asked_at timestamptz,
  times_asked integer not null default 0,
  close_requested_at timestamptz,
  closed_at timestamptz,

  constraint a_provider_names_what_was_started_once unique (provider, provider_ref),
  constraint a_payment_is_started_for_a_checkout foreign key (checkout_session_id) references public.checkout_sessions
    (id) on delete cascade,
  constraint a_kind_is_what_providers_have
    check (kind in ('checkout_session', 'payment_intent', 'order', 'transaction'))
);
create index started_payments_by_checkout on public.started_payments (checkout_session_id);

alter table public.started_payments enable row level security;
create policy "admins read started payments" on public.started_payments for select to authenticated
  using ((select ops.is_admin()));

create trigger capture_change after insert or update or delete on public.started_payments for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.started_payments for each statement execute function
  outbox.refuse_truncate();

comment on table public.started_payments is
  'What functions/checkout created at a provider for a checkout: where the buyer pays. The resulting payments are in '
  'payments.';
comment on column public.started_payments.kind is
  'Stripe: checkout_session or payment_intent. PayPal: order. Fapshi: transaction.';
comment on column public.started_payments.provider_ref is 'The provider''s id of it.';
comment on column public.started_payments.asked_at is
  'When the provider was last asked about it while a buyer waited (functions/payment-status).';
comment on column public.started_payments.close_requested_at is
  'The buyer must not pay here any more: the checkout was cancelled or has expired. The route to destination '
  'payment_pages makes the courier close it.';
comment on column public.started_payments.closed_at is 'When the provider closed it, or had nothing to close.';

-- sql/30-commerce/10-tables/30-settings.sql

create table commerce.settings (
  id boolean primary key default true,
  account_hold interval not null default interval '1 hour',
  guest_hold interval not null default interval '30 minutes',
  guest_share numeric not null default 0.75,
  guest_max_quantity integer not null default 20,
  guest_sessions integer not null default 8,
  few_left integer not null default 5,
  checkouts_per_email integer not null default 6,
  checkouts_per_address integer not null default 30,
  provider_adjustments public.payment_adjustment[] not null default '{tax,shipping}',
  provider_tax boolean not null default false,
  prices_include_tax boolean not null default false,

  constraint there_is_one_row check (id),
  constraint a_hold_is_30_minutes_to_a_day check (
    guest_hold between interval '30 minutes' and interval '1 day' and account_hold between interval '30 minutes'
    and interval '1 day'
  ),
  constraint few_is_not_negative check (few_left >= 0),
  constraint a_share_is_a_part check (guest_share > 0 and guest_share <= 1),
  constraint some_checkouts_are_allowed check (checkouts_per_email > 0 and checkouts_per_address > 0
    and guest_max_quantity > 0 and guest_sessions > 0)
);
insert into commerce.settings default values;
alter table commerce.settings enable row level security;

comment on table commerce.settings is
  'Settings of the whole shop: how much unpaid checkouts may hold, and what a payment provider may add. One row: '
  'update commerce.settings set guest_share = 0.8 where id.';
comment on column commerce.settings.account_hold is
  'How long a checkout of a signed-in account holds its reservations. At least 30 minutes: Stripe allows no shorter '
  'expiry of a payment page.';
comment on column commerce.settings.guest_hold is 'The same for guests.';
comment on column commerce.settings.guest_share is
  'The share of a product''s stock, and of a cohort''s seats, that unpaid guests may hold together, rounded up. 1: all '
  'of it. A single guest may hold up to 4, whatever the share is.';
comment on column commerce.settings.guest_max_quantity is
  'The largest quantity of one product in a guest''s checkout; products.max_quantity takes precedence.';
comment on column commerce.settings.guest_sessions is
  'How many sessions of one tutor unpaid guests may hold together. Which hours can be booked at all: '
  'public.tutor_hours.';
comment on column commerce.settings.few_left is
  'public.product_availability says few when at most so many are left.';
comment on column commerce.settings.checkouts_per_email is
  'How many checkouts an e-mail address may open at once; the allowance refills within an hour.';
comment on column commerce.settings.checkouts_per_address is
  'The same for a network address (of a household, a school, a mobile carrier: be generous). Its guests together may '
  'also set aside at most so many of one product in an hour, or as many as one checkout may hold if that is more.';
comment on column commerce.settings.provider_adjustments is
  'Which changes of a checkout''s total by a payment provider (Stripe Tax, shipping rates, promotion codes) need no '
  'review, if the items add up to our total and the provider''s breakdown explains the rest: update commerce.settings '
  'set provider_adjustments = ''{tax,shipping,discount}'' where id. products.provider_adjustments takes precedence.';
comment on column commerce.settings.provider_tax is
  'Whether a payment provider that can work out tax on its page does so (Stripe Tax): update commerce.settings set '
  'provider_tax = true where id. Elsewhere public.tax_rates apply.';
comment on column commerce.settings.prices_include_tax is
  'Whether the products'' prices contain the tax. False: it is added to the total.';

-- sql/30-commerce/10-tables/31-checkout_limits.sql

create table commerce.checkout_limits (
  key text primary key,
  tokens numeric not null,
  refilled_at timestamptz not null default now()
);
create index checkout_limits_by_age on commerce.checkout_limits (refilled_at);
alter table commerce.checkout_limits enable row level security;

comment on table commerce.checkout_limits is
  'Token buckets that limit the opening of checkouts, by a hash of the network address or the e-mail address.';
comment on column commerce.checkout_limits.tokens is 'How many checkouts may still be opened, as of refilled_at.';

-- sql/30-commerce/20-stock/available.sql

create function commerce.available(reservation public.stock_reservations) returns integer
language plpgsql stable
set search_path = ''
as $$
begin
  return least(
    (select p.stock from public.products p where p.id = reservation.product_id),
    case when reservation.cohort_id is not null then learning.free_seats(reservation.cohort_id) end,
    case when reservation.tutor_email is not null and tutoring.is_busy(reservation.tutor_email, reservation.starts_at,
      reservation.ends_at) then 0 end
  );
end
$$;
comment on function commerce.available(public.stock_reservations) is
  'How many are available of what a reservation asks for. For texts that people read.';

-- sql/30-commerce/20-stock/claim_stock.sql

-- The only place that decides whether there is enough stock.
create function commerce.claim_stock(reservation public.stock_reservations) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if reservation.cohort_id is not null and learning.free_seats(reservation.cohort_id) < reservation.quantity then
    return false;
  end if;
  if reservation.tutor_email is not null and tutoring.is_busy(reservation.tutor_email, reservation.starts_at,
    reservation.ends_at) then
    return false;
  end if;
  return commerce.move_stock(reservation.product_id, -reservation.quantity, 'reserved',
    reservation.checkout_session_id);
end
$$;
comment on function commerce.claim_stock(public.stock_reservations) is
  'Takes the quantity of a reservation from what is free: stock, a cohort''s seats, a tutor''s time. False: there is '
  'not enough, and nothing changed. The caller then sets the reservation to held or taken; it has called '
  'commerce.lock_seats.';

-- sql/30-commerce/20-stock/count_versions.sql

create function commerce.count_versions() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.version = old.version and new.catalog_versions = old.catalog_versions
    and (new.sku, new.name, new.description, new.price_minor, new.currency, new.active, new.kind, new.cohort_id,
      new.credits, new.tutor_email, new.session_minutes, new.trial, new.ships, new.weight_grams)
      is distinct from
      (old.sku, old.name, old.description, old.price_minor, old.currency, old.active, old.kind, old.cohort_id,
        old.credits, old.tutor_email, old.session_minutes, old.trial, old.ships, old.weight_grams) then
    new.version := old.version + 1;
    new.catalog_versions := jsonb_build_object('all', new.version);
  end if;
  if new.stock_version = old.stock_version and new.stock is distinct from old.stock then
    new.stock_version := old.stock_version + 1;
  end if;
  return new;
end
$$;
comment on function commerce.count_versions() is
  'Row trigger: each change of a product raises its version, each change of its stock its stock_version, unless the '
  'writer sets them.';

create trigger count_versions before update on public.products for each row execute function commerce.count_versions();

-- sql/30-commerce/20-stock/hold_stock.sql

create function commerce.hold_stock(checkout_session_id uuid, outcome public.reservation_status default 'held')
  returns text[]
language plpgsql
set search_path = ''
as $$
declare
  v_reservation public.stock_reservations;
  v_missing text[] := '{}';
begin
  if not exists (
    select 1 from public.stock_reservations r where r.checkout_session_id = hold_stock.checkout_session_id
    and r.status = 'released'
  ) then
    return v_missing;
  end if;
  perform commerce.lock_seats(array[hold_stock.checkout_session_id]);
  for v_reservation in
    select r.*
    from public.stock_reservations r
    where r.checkout_session_id = hold_stock.checkout_session_id and r.status = 'released'
    order by r.product_id
  loop
    if commerce.claim_stock(v_reservation) then
      update public.stock_reservations r set status = hold_stock.outcome where r.id = v_reservation.id;
    else
      v_missing := v_missing || (
        select format('%s × %s (%s left)', v_reservation.quantity, p.sku, commerce.available(v_reservation))
        from public.products p where p.id = v_reservation.product_id
      );
    end if;
  end loop;
  return v_missing;
end
$$;
comment on function commerce.hold_stock(uuid, public.reservation_status) is
  'Holds the released reservations of a checkout again, as far as there is stock. Returns a text about what is '
  'missing. Never makes stock negative. The caller holds the checkout''s row.';

-- sql/30-commerce/20-stock/lock_seats.sql

create function commerce.lock_seats(checkouts uuid[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform 1
  from public.cohorts c
  where c.id in (select i.cohort_id from public.checkout_items i where i.checkout_session_id = any (checkouts)
    and i.cohort_id is not null)
  order by c.id
  for no key update;
  perform pg_advisory_xact_lock(t.key)
  from (
    select tutoring.tutor_lock(p.tutor_email) as key
    from public.checkout_items i join public.products p on p.id = i.product_id
    where i.checkout_session_id = any (checkouts) and i.kind = 'tutoring_session'
    union
    -- The session may have had another tutor when it was reserved.
    select tutoring.tutor_lock(r.tutor_email)
    from public.stock_reservations r
    where r.checkout_session_id = any (checkouts) and r.tutor_email is not null
    order by 1
  ) t;
end
$$;
comment on function commerce.lock_seats(uuid[]) is
  'Locks the cohorts and tutors of checkouts, in one order and before any stock: free seats and times are counted, and '
  'must stay free until they are taken.';

-- sql/30-commerce/20-stock/move_stock.sql

create function commerce.move_stock(
  product_id uuid, quantity integer, reason public.stock_reason, checkout_session_id uuid default null, order_id uuid
  default null,
  provider text default null, provider_ref text default null, note text default null, stock_version bigint default null
) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_enough boolean;
begin
  -- Read by commerce.write_movement.
  perform set_config('signalbox.stock_moves', jsonb_build_object(
    'reason', move_stock.reason, 'checkout_session_id', move_stock.checkout_session_id, 'order_id', move_stock.order_id,
    'provider', move_stock.provider, 'provider_ref', move_stock.provider_ref, 'note', move_stock.note
  )::text, true);
  update public.products p
  set stock = coalesce(p.stock, 0) + move_stock.quantity, stock_version = coalesce(move_stock.stock_version,
    p.stock_version)
  where p.id = move_stock.product_id
    and coalesce(p.stock, 0) + move_stock.quantity >= 0
    and (p.stock is not null or move_stock.stock_version is not null);
  v_enough := found;
  perform set_config('signalbox.stock_moves', '', true);
  return v_enough or exists (select 1 from public.products p where p.id = move_stock.product_id and p.stock is null);
end
$$;
comment on function commerce.move_stock(uuid, integer, public.stock_reason, uuid, uuid, text, text, text, bigint) is
  'Changes how much of a product can be sold, and writes the reason to the ledger. False: there is not enough, and '
  'nothing changed. Stock that is not counted always suffices, and is counted from the first stock_version on.';

-- sql/30-commerce/20-stock/release_stock.sql

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
    -- Stock that was not counted when it was reserved was never subtracted.
    if (
      select sum(m.quantity) < 0 from public.stock_movements m
      where m.checkout_session_id = release_stock.checkout_session_id and m.product_id = v_reservation.product_id
    ) then
      perform commerce.move_stock(v_reservation.product_id, v_reservation.quantity, 'released',
        release_stock.checkout_session_id);
    end if;
    update public.stock_reservations r set status = 'released' where r.id = v_reservation.id;
  end loop;
end
$$;
comment on function commerce.release_stock(uuid) is
  'Puts the held reservations of a checkout back on sale. What was sold stays sold. The caller holds the checkout''s '
  'row.';

-- sql/30-commerce/20-stock/reserve_stock.sql

create function commerce.reserve_stock(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_item record;
  v_reservation public.stock_reservations;
begin
  perform tutoring.check_trial(reserve_stock.checkout_session_id);
  perform commerce.lock_seats(array[reserve_stock.checkout_session_id]);
  -- Stock rows are locked in the order of their ids, as everywhere.
  for v_item in
    select i.*, p.stock, p.tutor_email, p.session_minutes
    from public.checkout_items i join public.products p on p.id = i.product_id
    where i.checkout_session_id = reserve_stock.checkout_session_id
    order by i.product_id, i.starts_at
  loop
    if v_item.stock is null and v_item.kind in ('goods', 'credit_pack') then
      update public.checkout_items i set reserved = false where i.id = v_item.id;
      continue;
    end if;
    v_reservation := null;
    v_reservation.id := ops.uuid7();
    v_reservation.checkout_session_id := v_item.checkout_session_id;
    v_reservation.product_id := v_item.product_id;
    v_reservation.quantity := v_item.quantity;
    v_reservation.status := 'held';
    v_reservation.cohort_id := v_item.cohort_id;
    v_reservation.tutor_email := case when v_item.kind = 'tutoring_session' then v_item.tutor_email end;
    v_reservation.starts_at := v_item.starts_at;
    v_reservation.ends_at := v_item.starts_at + make_interval(mins => v_item.session_minutes);
    v_reservation.created_at := now();
    v_reservation.updated_at := now();
    if not commerce.claim_stock(v_reservation) then
      raise exception 'product % is sold out: % asked for, % left', v_item.sku, v_item.quantity,
        commerce.available(v_reservation)
        using errcode = 'P0001', detail = 'sold_out', column = v_item.name, table = v_item.kind,
          hint = case
            when v_reservation.tutor_email is not null then tutoring.another_time(v_reservation.tutor_email,
              v_reservation.starts_at, v_item.session_minutes)
            else 'Ask the buyer to take fewer, or to come back: an unpaid checkout releases its stock when it expires.'
          end;
    end if;
    insert into public.stock_reservations select v_reservation.*;
  end loop;
end
$$;
comment on function commerce.reserve_stock(uuid) is
  'Reserves what the items of a new checkout ask for. Raises P0001 when there is not enough. Goods without counted '
  'stock need no reservation.';

-- sql/30-commerce/20-stock/restock.sql

create function commerce.restock(order_id uuid, items jsonb default null, note text default null) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_item record;
  v_count integer := 0;
begin
  perform commerce.lock_payment(o.payment_id) from public.orders o where o.id = restock.order_id;
  perform 1 from public.orders o where o.id = restock.order_id for no key update;
  if not found then
    raise exception 'there is no order %', restock.order_id using errcode = 'P0002',
      hint = 'Pass the id of the order, not its number.';
  end if;
  for v_item in
    select i.sku, i.id, i.product_id, r.status, i.quantity - i.restocked as left_over,
      case when restock.items is null then i.quantity - i.restocked else g.quantity end as quantity
    from (select x ->> 'sku' as sku, sum((x ->> 'quantity')::integer) as quantity
      from jsonb_array_elements(restock.items) x group by 1) g
    full join (
      select oi.*, o.checkout_session_id
      from public.order_items oi join public.orders o on o.id = oi.order_id
      where oi.order_id = restock.order_id and oi.kind = 'goods'
    ) i on i.sku = g.sku
    left join public.stock_reservations r on r.checkout_session_id = i.checkout_session_id
      and r.product_id = i.product_id
    where restock.items is null or g.sku is not null
    order by i.product_id
  loop
    if v_item.id is null or v_item.quantity is null or v_item.quantity not between 0 and v_item.left_over then
      raise exception 'order % has no such goods to restock', restock.order_id
        using errcode = '22023', hint
        = 'Pass items as [{"sku": "…", "quantity": 1}], no more than were sold and not restocked yet; or none for all.';
    end if;
    -- Goods that were missing when they were paid were never subtracted from the stock.
    if v_item.quantity > 0 and v_item.status = 'taken' then
      perform commerce.move_stock(v_item.product_id, v_item.quantity::integer, 'restocked',
        order_id => restock.order_id, note => restock.note);
      update public.order_items i set restocked = i.restocked + v_item.quantity where i.id = v_item.id;
      v_count := v_count + v_item.quantity;
    end if;
  end loop;
  return v_count;
end
$$;
comment on function commerce.restock(uuid, jsonb, text) is
  'Puts goods of an order back on sale: select commerce.restock(''<order id>'', ''[{"sku": "mug", "quantity": 1}]'', '
  '''came back whole''). Without items: all that were not yet. Returns how many. Raises 22023 for more than were sold.';

-- sql/30-commerce/20-stock/settle_restock.sql

create function commerce.settle_restock(payment public.payments) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_order uuid;
begin
  select o.id into v_order
  from public.orders o
  where o.id = commerce.order_of(payment) and o.status = 'refunded'
    and exists (
      select 1 from public.refund_requests q
      where (q.payment_id = payment.id or q.payment_id in (select p.id from commerce.parts_of(payment) p))
        and q.restock and q.status = 'sent'
        -- The choice to restock belongs to the refund that failed, not to the next one.
        and not exists (
          select 1 from public.refunds r
          where r.payment_id = q.payment_id and r.provider_ref = q.provider_ref and r.status in ('failed', 'cancelled')
        )
    );
  if found then
    perform commerce.restock(v_order, note => 'refunded');
  end if;
end
$$;
comment on function commerce.settle_restock(public.payments) is
  'After a payment, and every other payment of its order, was refunded in full: puts the goods of the order back on '
  'sale, if the admin who requested the refund chose so. Done once.';

-- sql/30-commerce/20-stock/take_stock.sql

create function commerce.take_stock(checkout_session_id uuid) returns text
language plpgsql
set search_path = ''
as $$
begin
  return (commerce.take_stocks(array[take_stock.checkout_session_id]))[1];
end
$$;
comment on function commerce.take_stock(uuid) is
  'A checkout is paid: its reserved stock is sold. Returns null, or a text about what is missing: see '
  'commerce.take_stocks.';

-- sql/30-commerce/20-stock/take_stocks.sql

create function commerce.take_stocks(checkouts uuid[]) returns text[]
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_results text[] := array_fill(null::text, array[cardinality(checkouts)]);
  v_late uuid[];
  v_checkout uuid;
  v_missing text[];
begin
  update public.stock_reservations r set status = 'taken'
  where r.checkout_session_id = any (checkouts) and r.status = 'held';

  -- The payment came after its stock had been released: take the stock again as far as there is some.
  select array_agg(distinct r.checkout_session_id) into v_late
  from public.stock_reservations r
  where r.checkout_session_id = any (checkouts) and r.status = 'released';
  if v_late is null then
    return v_results;
  end if;
  foreach v_checkout in array v_late loop
    perform inbox.set_cause(v_checkout);
    v_missing := commerce.hold_stock(v_checkout, 'taken');
    if v_missing <> '{}' then
      v_results[array_position(checkouts, v_checkout)] := format(
        'Paid after its reservation had ended, and sold out since: %s. Restock and settle, or refund.',
        array_to_string(v_missing, ', ')
      );
    end if;
  end loop;
  return v_results;
end
$$;
comment on function commerce.take_stocks(uuid[]) is
  'Checkouts are paid: their reserved stock is sold. Returns for each null, or a text about what is missing. Never '
  'makes stock negative. The caller holds the checkouts'' rows.';

-- sql/30-commerce/20-stock/unrestock.sql

create function commerce.unrestock(order_id uuid) returns text
language plpgsql
set search_path = ''
as $$
declare
  v_item record;
  v_missing text[] := '{}';
begin
  for v_item in
    select i.id, i.product_id, i.sku, i.restocked, o.checkout_session_id
    from public.order_items i
    join public.orders o on o.id = i.order_id
    join public.fulfillments f on f.order_id = o.id and f.cancelled_by_refund
    where i.order_id = unrestock.order_id and i.restocked > 0
    order by i.product_id
  loop
    if commerce.move_stock(v_item.product_id, -v_item.restocked, 'reserved', v_item.checkout_session_id,
      unrestock.order_id) then
      update public.order_items i set restocked = 0 where i.id = v_item.id;
    else
      v_missing := v_missing || format('%s × %s', v_item.restocked, v_item.sku);
    end if;
  end loop;
  if v_missing <> '{}' then
    return
      format('Its refund failed, and what was put back on sale was sold since: %s. Restock and settle, or refund it '
        'again.', array_to_string(v_missing, ', '));
  end if;
  return null;
end
$$;
comment on function commerce.unrestock(uuid) is
  'A refund failed before its goods were sent: what was put back on sale (commerce.restock) is sold again. Returns '
  'null, or a text about what is missing. Never makes stock negative.';

-- sql/30-commerce/20-stock/write_movement.sql

create function commerce.write_movement() returns trigger
language plpgsql
security definer -- the writer of a product has no right to write the ledger
set search_path = ''
as $$
declare
  v_why jsonb := nullif(current_setting('signalbox.stock_moves', true), '');
begin
  insert into public.stock_movements (product_id, quantity, reason, checkout_session_id, order_id, provider,
    provider_ref, note)
  values (
    new.id,
    coalesce(new.stock, 0) - case when tg_op = 'UPDATE' then coalesce(old.stock, 0) else 0 end,
    coalesce((v_why ->> 'reason')::public.stock_reason, case when tg_op = 'INSERT' then 'opened' else 'corrected'
      end::public.stock_reason),
    (v_why ->> 'checkout_session_id')::uuid, (v_why ->> 'order_id')::uuid, v_why ->> 'provider',
      v_why ->> 'provider_ref', v_why ->> 'note'
  );
  return null;
end
$$;
comment on function commerce.write_movement() is
  'Row trigger: writes each change of a product''s stock into the ledger, with the reason that commerce.move_stock '
  'gave.';

create trigger write_opening after insert on public.products
for each row when (new.stock <> 0) execute function commerce.write_movement();
create trigger write_movement after update of stock on public.products
for each row when (coalesce(new.stock, 0) <> coalesce(old.stock, 0)) execute function commerce.write_movement();

-- sql/30-commerce/25-prices/allocate.sql

create function commerce.allocate(minor numeric, weights numeric[]) returns numeric[]
language plpgsql immutable
set search_path = ''
as $$
declare
  v_shares numeric[] := '{}';
  v_all numeric := (select coalesce(sum(w.weight), 0) from unnest(weights) w (weight));
  v_so_far numeric := 0;
  v_given numeric := 0;
  v_weight numeric;
begin
  -- Each share is what is due up to its line, less what the lines before got: so nothing is lost to rounding.
  foreach v_weight in array weights loop
    v_so_far := v_so_far + v_weight;
    v_shares := v_shares || case when v_all = 0 then 0 else div(allocate.minor * v_so_far, v_all) - v_given end;
    v_given := case when v_all = 0 then 0 else div(allocate.minor * v_so_far, v_all) end;
  end loop;
  return v_shares;
end
$$;
comment on function commerce.allocate(numeric, numeric[]) is
  'Divides a whole amount by weights into whole shares that add up to it exactly. None is negative, and none is above '
  'its weight when the amount is at most the sum of them.';

-- sql/30-commerce/25-prices/find_discount.sql

create function commerce.find_discount(code text, items jsonb, currency text, email text, user_id uuid)
  returns public.discounts
language plpgsql
set search_path = ''
as $$
declare
  v_discount public.discounts;
  v_sum numeric;
begin
  -- Locked until commit: of two checkouts that want the last use, the second waits, and then counts the first.
  select d.* into v_discount from public.discounts d
  where d.code = upper(btrim(find_discount.code)) for no key update;
  if v_discount.id is null or not v_discount.active then
    raise exception 'there is no discount with this code'
      using errcode = 'P0002', detail = 'discount_unknown', hint = 'Let the buyer correct the code, or leave it out.';
  elsif v_discount.starts_at > now() or v_discount.ends_at <= now() then
    raise exception 'the discount % is valid from % to %', v_discount.code,
      coalesce(ops.iso_utc(v_discount.starts_at), 'any time'), coalesce(ops.iso_utc(v_discount.ends_at), 'any time')
      using errcode = 'P0001', detail = 'discount_not_valid', hint = 'Check out without it.';
  elsif v_discount.currency <> find_discount.currency then
    raise exception 'the discount % is for prices in %, and these are in %', v_discount.code, v_discount.currency,
      find_discount.currency
      using errcode = 'P0001', detail = 'discount_not_applicable', hint = 'Check out without it.';
  end if;

  select sum((i ->> 'unit_price_minor')::numeric * (i ->> 'quantity')::numeric) into v_sum
  from jsonb_array_elements(items) i
  where v_discount.skus is null or i ->> 'sku' = any (v_discount.skus);
  if v_sum is null then
    raise exception 'the discount % is for other products than these', v_discount.code
      using errcode = 'P0001', detail = 'discount_not_applicable', hint = 'Check out without it.';
  elsif v_sum < v_discount.minimum_minor then
    raise exception 'the discount % needs items of %, and these come to %', v_discount.code,
      ops.money(v_discount.minimum_minor, v_discount.currency), ops.money(v_sum::bigint, v_discount.currency)
      using errcode = 'P0001', detail = 'discount_minimum', hint = 'Let the buyer add items, or check out without it.';
  end if;

  if v_discount.max_uses <= (
    select count(*) from public.discount_uses u where u.discount_id = v_discount.id and u.status <> 'released'
  ) then
    raise exception 'all uses of the discount % are taken', v_discount.code
      using errcode = 'P0001', detail = 'discount_used_up',
      hint = 'Check out without it, or try again later: an unpaid checkout gives its use back when it expires.';
  elsif v_discount.once_per_buyer and exists (
    select 1
    from public.discount_uses u join public.checkout_sessions s on s.id = u.checkout_session_id
    where u.discount_id = v_discount.id and u.status <> 'released'
      and (s.email = find_discount.email or s.user_id = find_discount.user_id)
  ) then
    raise exception 'this buyer has used the discount % already, in another checkout', v_discount.code
      using errcode = 'P0001', detail = 'discount_used',
      hint = 'Check out without it. If that checkout is unpaid, cancel it first: its use is then free again.';
  end if;
  return v_discount;
end
$$;
comment on function commerce.find_discount(text, jsonb, text, text, uuid) is
  'The discount with this code (in any case), locked, if this buyer may use it for these items ([{sku, quantity, '
  'unit_price_minor}]). Raises P0002 discount_unknown, P0001 discount_not_valid, discount_not_applicable, '
  'discount_minimum, discount_used_up, discount_used.';

-- sql/30-commerce/25-prices/guard_discount.sql

create function commerce.guard_discount() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_unknown text;
begin
  new.code := upper(btrim(new.code));
  select s.sku into v_unknown from unnest(new.skus) s (sku)
  where not exists (select 1 from public.products p where p.sku = s.sku) limit 1;
  if v_unknown is not null then
    raise exception 'there is no product with the sku "%"', v_unknown
      using errcode = '23514', hint = 'Name skus of public.products, or leave skus null: the discount is for all.';
  end if;
  return new;
end
$$;
comment on function commerce.guard_discount() is
  'Row trigger: a discount''s code is in capitals, and its products exist. Raises 23514.';

create trigger guard before insert or update of code, skus on public.discounts
for each row execute function commerce.guard_discount();

-- sql/30-commerce/25-prices/move_discount.sql

create function commerce.move_discount(checkout_session_id uuid, status public.reservation_status) returns text
language plpgsql
set search_path = ''
as $$
declare
  v_before public.reservation_status;
  v_discount public.discounts;
begin
  select u.status into v_before from public.discount_uses u
  where u.checkout_session_id = move_discount.checkout_session_id for no key update;
  if v_before is null or v_before in ('taken', move_discount.status) then
    return null;
  end if;
  update public.discount_uses u set status = move_discount.status
  where u.checkout_session_id = move_discount.checkout_session_id;
  if v_before = 'held' or move_discount.status <> 'taken' then
    return null;
  end if;
  select d.* into v_discount
  from public.discount_uses u join public.discounts d on d.id = u.discount_id
  where u.checkout_session_id = move_discount.checkout_session_id;
  if v_discount.max_uses >= (
    select count(*) from public.discount_uses u where u.discount_id = v_discount.id and u.status <> 'released'
  ) or v_discount.max_uses is null then
    return null;
  end if;
  return format(
    'Paid after its checkout had ended, and the %s uses of the discount %s were taken since. If that is all right, '
    'settle it.', v_discount.max_uses, v_discount.code
  );
end
$$;
comment on function commerce.move_discount(uuid, public.reservation_status) is
  'Holds, releases or takes the use of a discount with its checkout. Returns null, or a text about a limit that a late '
  'payment exceeds: the money came, so the order is made, and an admin looks at it. The caller holds the checkout''s '
  'row.';

-- sql/30-commerce/25-prices/price_lines.sql

create function commerce.price_lines(
  lines numeric[], discounted boolean[], percent numeric, amount_minor numeric, shipping_minor numeric,
  tax_percent numeric, tax_included boolean,
  out items_minor numeric, out discount_minor numeric, out line_discounts numeric[], out tax_minor numeric,
  out total_minor numeric
)
language plpgsql immutable
set search_path = ''
as $$
declare
  v_weights numeric[];
  v_discountable numeric;
  v_net numeric;
begin
  select coalesce(sum(l.price), 0),
    coalesce(array_agg(case when l.counts then l.price else 0 end order by l.place), '{}'),
    coalesce(sum(l.price) filter (where l.counts), 0)
  into items_minor, v_weights, v_discountable
  from unnest(lines, discounted) with ordinality l (price, counts, place);
  discount_minor := least(
    v_discountable, coalesce(price_lines.amount_minor, round(v_discountable * coalesce(price_lines.percent, 0) / 100))
  );
  line_discounts := commerce.allocate(discount_minor, v_weights);
  v_net := items_minor - discount_minor + price_lines.shipping_minor;
  tax_minor := case
    when price_lines.tax_included then round(v_net * coalesce(tax_percent, 0) / (100 + coalesce(tax_percent, 0)))
    else round(v_net * coalesce(tax_percent, 0) / 100)
  end;
  total_minor := v_net + case when price_lines.tax_included then 0 else tax_minor end;
end
$$;
comment on function commerce.price_lines(numeric[], boolean[], numeric, numeric, numeric, numeric, boolean) is
  'The arithmetic of a checkout, in minor units: items − discount + shipping + tax = total; tax that the prices '
  'contain is not added. lines: price times quantity. discounted: which of them the discount is for. Half a unit is '
  'rounded up. line_discounts: the discount''s part of each line.';

-- sql/30-commerce/25-prices/quote_shipping.sql

create function commerce.quote_shipping(
  address jsonb, country text, currency text, grams bigint, page_asks boolean,
  out minor bigint, out name text, out countries text[]
)
language plpgsql stable
set search_path = ''
as $$
declare
  v_country text := coalesce(address ->> 'country', quote_shipping.country);
  v_rate public.shipping_rates;
  v_rates bigint;
begin
  minor := 0;
  if not exists (select 1 from public.shipping_rates r where r.active) then
    return;
  end if;
  if address is null and not page_asks then
    raise exception 'it is sent by post, and there is no address to send it to'
      using errcode = '22023', detail = 'shipping_address_missing',
      hint = 'Pass shipping_address: this way to pay does not ask for one.';
  end if;
  if v_country is null then
    -- If all countries cost the same, the provider's page may ask which it is.
    select array_agg(distinct c.country order by c.country) into countries
    from public.shipping_rates r cross join unnest(r.countries) c (country)
    where r.active and r.currency = quote_shipping.currency
      and (commerce.shipping_rate(c.country, r.currency, grams)).id is not null;
    select count(distinct (commerce.shipping_rate(c.country, quote_shipping.currency, grams)).price_minor) into v_rates
    from unnest(countries) c (country);
    if v_rates <> 1 or exists (
      select 1 from public.shipping_rates r
      where r.active and r.currency = quote_shipping.currency and r.countries is null
    ) then
      raise exception 'what shipping costs depends on the country'
        using errcode = '22023', detail = 'shipping_country_missing',
        hint = 'Pass shipping_country, such as DE, or shipping_address.';
    end if;
    v_rate := commerce.shipping_rate(countries[1], quote_shipping.currency, grams);
  else
    v_rate := commerce.shipping_rate(v_country, quote_shipping.currency, grams);
    if v_rate.id is null then
      raise exception 'nothing of % g is sent to % for prices in %', grams, v_country, quote_shipping.currency
        using errcode = 'P0001', detail = 'shipping_unavailable',
        hint = 'Let the buyer choose another country, or add a row to public.shipping_rates.';
    end if;
    countries := case when address is null then array[v_country] end;
  end if;
  minor := v_rate.price_minor;
  name := v_rate.name;
end
$$;
comment on function commerce.quote_shipping(jsonb, text, text, bigint, boolean) is
  'What it costs to send an order to an address, or to a country whose address the provider''s page asks for '
  '(page_asks): minor units, the rate''s name, and the countries that the page may offer; null: it need not ask. '
  'Costs nothing while there is no active rate. Raises 22023 shipping_address_missing, shipping_country_missing, P0001 '
  'shipping_unavailable.';

-- sql/30-commerce/25-prices/shipping_rate.sql

create function commerce.shipping_rate(country text, currency text, grams bigint) returns public.shipping_rates
language plpgsql stable
set search_path = ''
as $$
declare
  v_rate public.shipping_rates;
begin
  select r.* into v_rate
  from public.shipping_rates r
  where r.active and r.currency = shipping_rate.currency and coalesce(r.up_to_grams >= shipping_rate.grams, true)
    and case
      when exists (
        select 1 from public.shipping_rates n
        where n.active and n.currency = shipping_rate.currency and shipping_rate.country = any (n.countries)
      ) then shipping_rate.country = any (r.countries)
      else r.countries is null
    end
  order by r.price_minor, r.id
  limit 1;
  return v_rate;
end
$$;
comment on function commerce.shipping_rate(text, text, bigint) is
  'The cheapest active rate for a country, currency and weight in grams. Null: nothing is sent there.';

-- sql/30-commerce/25-prices/subtotal.sql

create function commerce.subtotal(checkout public.checkout_sessions) returns bigint
language plpgsql immutable
set search_path = ''
as $$
begin
  return checkout.total_minor + checkout.discount_minor - checkout.shipping_minor
    - case when checkout.tax_included then 0 else checkout.tax_minor end;
end
$$;
comment on function commerce.subtotal(public.checkout_sessions) is
  'What the items of a checkout cost, in minor units, before discount, shipping and tax.';

-- sql/30-commerce/30-checkout/answer_since.sql

create function commerce.answer_since(checkout_session_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_checkout public.checkout_sessions;
  v_state text;
begin
  select s.* into v_checkout from public.checkout_sessions s where s.id = answer_since.checkout_session_id;
  v_state := commerce.checkout_state(v_checkout);
  if v_state = 'open' then
    return '{}';
  end if;
  return jsonb_build_object('state', v_state)
    -- Nobody may pay again what is paid, or about to be.
    || case when v_state in ('paid', 'refunded', 'processing', 'in_review')
      then '{"redirect_url": null, "client_secret": null}'::jsonb else '{}' end
    || coalesce((
      select jsonb_build_object('order', jsonb_build_object('id', o.id, 'number', o.number, 'status', o.status))
      from public.orders o where o.checkout_session_id = v_checkout.id
    ), '{}');
end
$$;
comment on function commerce.answer_since(uuid) is
  'What the response to a repeated call of functions/checkout says otherwise than the first: {state, order, '
  'redirect_url, client_secret}. {}: it is still to be paid.';

-- sql/30-commerce/30-checkout/apply_checkout_cancelled.sql

create function commerce.apply_checkout_cancelled(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_checkout public.checkout_sessions;
begin
  select s.* into v_checkout from public.checkout_sessions s where s.id = (fact ->> 'checkout_session_id')::uuid;
  if not found then
    return;
  end if;
  perform commerce.apply_payment(
    provider,
    jsonb_build_object(
      'type', 'payment.cancelled', 'occurred_at', fact -> 'occurred_at', 'provider_ref', fact -> 'provider_ref',
      'checkout_session_id', v_checkout.id, 'amount_minor', v_checkout.total_minor, 'currency', v_checkout.currency
    )
  );
end
$$;
comment on function commerce.apply_checkout_cancelled(text, jsonb) is
  'Applies checkout.cancelled: a pending payment is cancelled, under the id of the provider''s checkout; our checkout '
  'fails and releases its stock. One that names no checkout of ours changes nothing.';

-- sql/30-commerce/30-checkout/apply_checkout_expired.sql

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
comment on function commerce.apply_checkout_expired(jsonb) is
  'Applies checkout.expired: the provider''s page closed unpaid; the stock is released. One that names no checkout of '
  'ours changes nothing.';

-- sql/30-commerce/30-checkout/begin_checkout.sql

create function commerce.begin_checkout(
  caller text, key text, fingerprint text, email text, items jsonb, currency text, user_id uuid, network_address text
  default null, options jsonb default '{}',
  out outcome text, out checkout_session_id uuid, out answer jsonb, out details jsonb
)
language plpgsql
set search_path = ''
as $$
declare
  v_request public.checkout_requests;
  v_claimed_until timestamptz := now() + interval '30 seconds';
  v_opens boolean := false;
  v_checkout public.checkout_sessions;
  -- An account without a confirmed address costs nothing to make: it is held to what guests are.
  v_guest boolean := not exists (
    select 1 from auth.users u where u.id = begin_checkout.user_id and u.email_confirmed_at is not null
  );
begin
  insert into public.checkout_requests (caller, key, fingerprint, claimed_until)
  values (begin_checkout.caller, begin_checkout.key, begin_checkout.fingerprint, v_claimed_until)
  on conflict do nothing;
  if found then
    outcome := 'begun';
    v_opens := true;
  else
    select r.* into v_request from public.checkout_requests r
    where r.caller = begin_checkout.caller and r.key = begin_checkout.key for no key update;
    checkout_session_id := v_request.checkout_session_id;
    if v_request.fingerprint <> begin_checkout.fingerprint then
      outcome := 'other_request';
    elsif v_request.answer is not null and exists (
      select 1 from public.checkout_sessions s
      where s.id = v_request.checkout_session_id and s.status in ('payment_failed', 'expired')
        and coalesce(s.cancelled_at, s.expired_at) is not null
    ) then
      outcome := 'over';
    elsif v_request.answer is not null then
      outcome := 'answered';
      answer := v_request.answer || commerce.answer_since(v_request.checkout_session_id);
    elsif v_request.claimed_until > now() or v_request.key is null then
      outcome := 'busy';
    else
      -- The first caller ended before the provider had answered.
      outcome := 'begun';
      if not exists (select 1 from public.checkout_sessions s where s.id = v_request.checkout_session_id
        and s.status = 'open') then
        v_opens := true;
      end if;
    end if;
  end if;
  if v_opens then
    perform commerce.limit_checkout(
      begin_checkout.email, begin_checkout.network_address, v_guest, begin_checkout.items
    );
    checkout_session_id := commerce.open_checkout(
      begin_checkout.email, begin_checkout.items, begin_checkout.currency, begin_checkout.user_id,
      begin_checkout.options
    );
    update public.checkout_sessions s
    set guest = v_guest,
        expires_at = s.created_at + case when v_guest then t.guest_hold else t.account_hold end
    from commerce.settings t
    where s.id = begin_checkout.checkout_session_id;
    if v_guest then
      perform commerce.limit_guests(begin_checkout.checkout_session_id);
    end if;
  end if;
  if v_opens then
    select s.* into v_checkout from public.checkout_sessions s where s.id = begin_checkout.checkout_session_id;
    if v_checkout.total_minor = 0 then
      outcome := 'free';
    elsif options ->> 'provider' is null and options ? 'provider' then
      raise exception 'there are % to pay, and no provider is named to pay at',
        ops.money(v_checkout.total_minor, v_checkout.currency)
        using errcode = '22023', detail = 'provider_unknown', hint = 'Pass provider, such as stripe.';
    end if;
  end if;
  if outcome in ('begun', 'free') then
    update public.checkout_requests r
    set claimed_until = v_claimed_until, checkout_session_id = begin_checkout.checkout_session_id
    where r.caller = begin_checkout.caller and r.key = begin_checkout.key;
  end if;
  details := commerce.checkout_details(checkout_session_id);
  if outcome = 'free' then
    perform commerce.complete_free(checkout_session_id);
    answer := details - '{id,email,delivery,provider_tax}'::text[] || jsonb_build_object(
      'checkout_session_id', checkout_session_id, 'state', 'open', 'provider', 'free',
      'redirect_url', null, 'client_secret', null
    );
    update public.checkout_requests r set answer = begin_checkout.answer
    where r.caller = begin_checkout.caller and r.key = begin_checkout.key;
    answer := answer || commerce.answer_since(checkout_session_id);
  end if;
end
$$;
comment on function commerce.begin_checkout(text, text, text, text, jsonb, text, uuid, text, jsonb) is
  'Opens a checkout for a call of functions/checkout, once for each key of a caller. outcome: begun, start the payment '
  'at the provider; free, nothing is to be paid, and its order is made (answer is the response); answered, repeat the '
  'stored response, with how the checkout stands since; busy, the same call is in progress; over, its checkout was '
  'cancelled or has expired; other_request, the key was used for another request. options: '
  'as commerce.open_checkout takes them; provider, null: none is named. Raises as commerce.open_checkout '
  'does, and then nothing is stored.';

-- sql/30-commerce/30-checkout/cancel_checkout.sql

create function commerce.cancel_checkout(checkout_session_id uuid) returns public.checkout_status
language plpgsql
set search_path = ''
as $$
declare
  v_checkout public.checkout_sessions;
begin
  select s.* into v_checkout from public.checkout_sessions s
    where s.id = cancel_checkout.checkout_session_id for no key update;
  if v_checkout.status = 'open' and v_checkout.cancelled_at is null then
    update public.checkout_sessions s set cancelled_at = now() where s.id = v_checkout.id;
    perform commerce.refresh_checkout(v_checkout.id);
    perform commerce.close_payments(v_checkout.id);
  end if;
  return (select s.status from public.checkout_sessions s where s.id = v_checkout.id);
end
$$;
comment on function commerce.cancel_checkout(uuid) is
  'The buyer returned by the cancel URL: releases the reservations at once. Cancels only an open checkout; a pending '
  'or captured payment decides otherwise. Returns the status of the checkout. Null: there is none.';

-- sql/30-commerce/30-checkout/check_item.sql

create function commerce.check_item(
  sku text, kind public.product_kind, cohort_id uuid, quantity integer, starts_at timestamptz, email text
) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_tutor_email text;
  v_minutes integer;
begin
  if kind = 'tutoring_session' then
    if starts_at is null then
      raise exception 'product % needs the time it is to begin at', sku
        using errcode = '22023', detail = 'starts_at_missing', hint = 'Pass starts_at, such as 2026-11-25T15:00:00Z.';
    elsif starts_at < now() then
      raise exception 'product % cannot begin in the past', sku
        using errcode = '22023', detail = 'starts_at_past',
        hint = 'Let the buyer choose another time.';
    elsif quantity > 1 then
      raise exception 'product % can be booked once for one time', sku
        using errcode = '22023', detail = 'quantity_invalid',
        hint = 'Pass an item for each time.';
    end if;
    select p.tutor_email, p.session_minutes into v_tutor_email, v_minutes from public.products p
    where p.sku = check_item.sku;
    perform tutoring.check_bookable('product ' || sku, v_tutor_email, starts_at, v_minutes);
  elsif starts_at is not null then
    raise exception 'product % has no time to begin at', sku
      using errcode = '22023', detail = 'starts_at_unexpected',
      hint = 'Leave starts_at out.';
  end if;
  if kind = 'cohort_seat' then
    if quantity > 1 then
      raise exception 'one person takes one seat of %', sku
        using errcode = '22023', detail = 'quantity_invalid',
        hint = 'Everybody else checks out with an address of their own.';
    elsif learning.is_enrolled(cohort_id, email) then
      raise exception 'this buyer has a seat of % already', sku
        using errcode = 'P0001', detail = 'already_enrolled',
        hint = 'Take the item out.';
    end if;
  end if;
end
$$;
comment on function commerce.check_item(text, public.product_kind, uuid, integer, timestamptz, text) is
  'Checks what an item must have beyond sku and quantity, by its kind. Raises as commerce.open_checkout does.';

-- sql/30-commerce/30-checkout/checkout_details.sql

create function commerce.checkout_details(checkout_session_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', s.id, 'email', s.email, 'total_minor', s.total_minor, 'currency', s.currency,
      'subtotal_minor', commerce.subtotal(s), 'discount_minor', s.discount_minor, 'discount_code', s.discount_code,
      'shipping_minor', s.shipping_minor, 'tax_minor', s.tax_minor, 'tax_included', s.tax_included,
      'expires_at', ops.iso_utc(s.expires_at),
      'delivery', jsonb_build_object(
        'name', s.shipping_name, 'countries', to_jsonb(s.shipping_countries), 'address', s.shipping_address,
        'recipient_name', s.recipient_name, 'recipient_phone', s.recipient_phone
      ),
      'provider_tax', s.provider_tax,
      'items', (
        select jsonb_agg(
          jsonb_build_object('sku', i.sku, 'name', i.name, 'quantity', i.quantity, 'unit_price_minor',
            i.unit_price_minor, 'starts_at', ops.iso_utc(i.starts_at))
          order by i.sku, i.starts_at
        )
        from public.checkout_items i where i.checkout_session_id = s.id
      )
    )
    from public.checkout_sessions s
    where s.id = checkout_details.checkout_session_id
  );
end
$$;
comment on function commerce.checkout_details(uuid) is
  'What a provider sees of a checkout; delivery: what is sent where, and the countries that the provider''s page may '
  'offer (null: it need not ask). The buyer''s answer is the same without email, delivery and provider_tax.';

-- sql/30-commerce/30-checkout/checkout_state.sql

create function commerce.checkout_state(checkout public.checkout_sessions) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_order public.orders;
begin
  select o.* into v_order from public.orders o where o.checkout_session_id = checkout.id;
  return case
    when v_order.status = 'refunded' then 'refunded'
    when v_order.id is not null then 'paid'
    when exists (
      select 1 from public.payments p where p.checkout_session_id = checkout.id and p.needs_review
    ) then 'in_review'
    when checkout.status = 'payment_pending' then 'processing'
    when checkout.cancelled_at is not null then 'cancelled'
    when checkout.status = 'payment_failed' then 'failed'
    when checkout.status = 'expired' then 'expired'
    else 'open'
  end;
end
$$;
comment on function commerce.checkout_state(public.checkout_sessions) is
  'How a checkout stands, in the words that buyers'' pages get: open, processing, paid, in_review, failed, cancelled, '
  'expired or refunded.';

-- sql/30-commerce/30-checkout/checkout_token.sql

create function commerce.checkout_token(checkout_session_id uuid) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select encode(extensions.hmac('checkout.' || checkout_token.checkout_session_id, s.decrypted_secret, 'sha256'),
      'hex')
    from vault.decrypted_secrets s
    where s.name = 'signalbox_checkouts'
  );
end
$$;
comment on function commerce.checkout_token(uuid) is
  'A guest''s key to a checkout: an HMAC-SHA256 with a key that lives in Vault and never leaves the database. Unlike '
  'the checkout''s id it is given only to the buyer.';

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'signalbox_checkouts',
  'Makes the tokens that guests use to ask about their checkouts. Made by the migration; never needed by hand.');

-- sql/30-commerce/30-checkout/complete_free.sql

create function commerce.complete_free(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform commerce.apply_payment('free', jsonb_build_object(
    'type', 'payment.captured', 'occurred_at', ops.iso_utc(now()), 'provider_ref', s.id,
    'checkout_session_id', s.id, 'amount_minor', 0, 'currency', s.currency, 'customer_ref', null, 'email', s.email
  ))
  from public.checkout_sessions s
  where s.id = complete_free.checkout_session_id and s.total_minor = 0;
end
$$;
comment on function commerce.complete_free(uuid) is
  'Completes a checkout of which nothing is to be paid: a payment of 0 at the provider "free", and its order, in this '
  'transaction. Once, however often it is called.';

-- sql/30-commerce/30-checkout/expire_checkouts.sql

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
    perform commerce.close_payments(v_checkout);
  end loop;
  return cardinality(v_checkouts);
end
$$;
comment on function commerce.expire_checkouts(integer) is
  'Expires open checkouts past their time and releases their stock. Run by cron. A checkout with a pending payment, or '
  'with one that needs review, is not expired.';

-- sql/30-commerce/30-checkout/limit_checkout.sql

create function commerce.limit_checkout(email text, network_address text, is_guest boolean, items jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_settings commerce.settings;
  v_item record;
begin
  select s.* into strict v_settings from commerce.settings s;
  if not commerce.take_checkout_token('email', limit_checkout.email, v_settings.checkouts_per_email)
    or (network_address is not null
      and not commerce.take_checkout_token('network', network_address, v_settings.checkouts_per_address)) then
    raise exception 'too many checkouts were opened from here'
      using errcode = 'P0001', detail = 'too_many_checkouts',
      hint = 'Pay one that is open, or try again in some minutes.';
  end if;
  if not is_guest or jsonb_typeof(items) is distinct from 'array' then
    return;
  end if;
  for v_item in
    select x ->> 'sku' as sku, sum((x ->> 'quantity')::numeric) as quantity,
    min(coalesce(p.max_quantity, v_settings.guest_max_quantity)) as allowed
    from jsonb_array_elements(items) x
    left join public.products p on p.sku = x ->> 'sku'
    where jsonb_typeof(x -> 'quantity') = 'number'
    group by 1
  loop
    if v_item.quantity > v_item.allowed then
      raise exception 'no more than % of % at a time', v_item.allowed, v_item.sku
        using errcode = '22023', detail = 'quantity_invalid',
        hint = 'Ask for fewer. Whoever is signed in may ask for more.';
    end if;
    -- Else one address could hold the whole share of all guests in a few large checkouts.
    if network_address is not null and v_item.sku is not null and not commerce.take_checkout_token(
      'network ' || v_item.sku, network_address,
      greatest(v_settings.checkouts_per_address, v_item.allowed), v_item.quantity::integer
    ) then
      raise exception 'too many of % were set aside from here', v_item.sku
        using errcode = 'P0001', detail = 'too_many_checkouts',
        hint = 'Pay a checkout that is open, sign in, or try again in some minutes.';
    end if;
  end loop;
end
$$;
comment on function commerce.limit_checkout(text, text, boolean, jsonb) is
  'Limits unpaid checkouts: how many an e-mail or network address may open, and for guests the quantity of a product, '
  'also of all checkouts of a network address together (commerce.settings). Raises P0001 too_many_checkouts, 22023 '
  'quantity_invalid.';

-- sql/30-commerce/30-checkout/limit_guests.sql

create function commerce.limit_guests(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_share numeric := (select s.guest_share from commerce.settings s);
  v_item record;
begin
  -- The caller has made its reservations: products and cohorts are locked, so the counts stay as they are.
  for v_item in
    select r.sku, r.name, r.held, r.total, r.own
    from (
      select p.sku, p.name, p.id, sum(h.quantity) filter (where s.guest) as held, p.stock + sum(h.quantity) as total,
        sum(h.quantity) filter (where s.id = limit_guests.checkout_session_id) as own
      from public.products p
      join public.stock_reservations h on h.product_id = p.id and h.status = 'held'
      join public.checkout_sessions s on s.id = h.checkout_session_id
      where p.stock is not null
        and p.id in (
          select own.product_id from public.stock_reservations own
          where own.checkout_session_id = limit_guests.checkout_session_id
        )
      group by p.id
      union all
      select c.name, c.name, c.id, sum(h.quantity) filter (where s.guest), greatest(learning.free_seats(c.id), 0) +
        sum(h.quantity),
        sum(h.quantity) filter (where s.id = limit_guests.checkout_session_id)
      from public.cohorts c
      join public.stock_reservations h on h.cohort_id = c.id and h.status = 'held'
      join public.checkout_sessions s on s.id = h.checkout_session_id
      where c.id in (
        select own.cohort_id from public.stock_reservations own
        where own.checkout_session_id = limit_guests.checkout_session_id
      )
      group by c.id
    ) r
  loop
    -- A guest may buy the last two mugs; holding large quantities unpaid is refused.
    if v_item.held > ceil(v_item.total * v_share) and (v_item.held > v_item.own or v_item.own > 4) then
      raise exception 'no more of % can be reserved for you right now: others hold too much of it, or you ask for too '
        'many',
        v_item.sku
        using errcode = 'P0001', detail = 'held_by_others', column = v_item.name,
          hint = 'Ask for fewer, sign in, or try again in some minutes: unpaid stock is released.';
    end if;
  end loop;

  if exists (
    select 1
    from public.stock_reservations h
    join public.checkout_sessions s on s.id = h.checkout_session_id and s.guest
    where h.status = 'held' and h.tutor_email in (
      select own.tutor_email from public.stock_reservations own
      where own.checkout_session_id = limit_guests.checkout_session_id
    )
    group by h.tutor_email
    having count(*) > (select t.guest_sessions from commerce.settings t)
  ) then
    raise exception 'no time of this tutor can be set aside for you right now: others hold many times, or you ask for '
      'too many'
      using errcode = 'P0001', detail = 'held_by_others',
        hint = 'Ask for fewer, sign in, or try again in some minutes: what others do not pay for comes back.';
  end if;
end
$$;
comment on function commerce.limit_guests(uuid) is
  'Refuses a guest''s new checkout when guests who have not paid would hold more than commerce.settings.guest_share of '
  'a product''s stock or a cohort''s seats, or more than guest_sessions times of a tutor. Raises P0001 held_by_others.';

-- sql/30-commerce/30-checkout/lock_checkouts.sql

create function commerce.lock_checkouts(paid uuid[], unpaid uuid[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_all uuid[] := paid || unpaid;
begin
  perform 1
  from public.checkout_sessions s
  where s.id = any (v_all) and s.status <> 'payment_completed'
  order by s.id
  for no key update;
  -- A sale of what is held changes no stock row: buyers of one product need not queue for it.
  if not exists (
    select 1 from public.stock_reservations r
    where r.checkout_session_id = any (v_all)
      and (r.status = 'released' or (r.status = 'held' and r.checkout_session_id = any (unpaid)))
  ) then
    return;
  end if;
  perform commerce.lock_seats(v_all);
  perform 1
  from public.products p
  where p.id in (
    select r.product_id
    from public.stock_reservations r
    where r.checkout_session_id = any (v_all)
      and (r.status = 'released' or (r.status = 'held' and r.checkout_session_id = any (unpaid)))
  )
  order by p.id
  for no key update;
end
$$;
comment on function commerce.lock_checkouts(uuid[], uuid[]) is
  'Locks many checkouts, then the seats and the stock rows that paying or ending them may change, each by id, before '
  'the first is changed: otherwise one transaction would lock stock in the order of its checkouts, and deadlock with '
  'buyers.';

-- sql/30-commerce/30-checkout/open_checkout.sql

create function commerce.open_checkout(email text, items jsonb, currency text default null, user_id uuid default null,
  options jsonb default '{}') returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_session uuid := gen_random_uuid();
  v_email text := lower(open_checkout.email);
  v_item record;
  v_total numeric := 0;
  v_currency text;
  v_items jsonb := '[]';
  v_address jsonb := nullif(options -> 'shipping_address', 'null');
  v_grams bigint;
  v_shipping record;
  v_discount public.discounts;
  v_settings commerce.settings;
  v_provider_tax boolean;
  v_tax_percent numeric;
  v_price record;
  v_user uuid := coalesce(open_checkout.user_id, auth.uid(), commerce.user_of(lower(open_checkout.email)));
begin
  if open_checkout.email is null or open_checkout.email !~ '^[^@\s]+@[^@\s]+$' then
    raise exception 'an e-mail address is needed to open a checkout'
      using errcode = '22023', detail = 'email_missing', hint = 'Pass the buyer''s address, such as amina@example.com.';
  end if;
  if jsonb_typeof(items) is distinct from 'array' or jsonb_array_length(items) = 0 then
    raise exception 'a checkout needs at least one item' using errcode = '22023', detail = 'items_missing',
      hint = 'Pass items as [{"sku": "…", "quantity": 1}].';
  end if;
  if exists (
    select 1 from jsonb_array_elements(items) i
    where jsonb_typeof(i -> 'sku') is distinct from 'string'
      or jsonb_typeof(i -> 'quantity') is distinct from 'number'
      or (i ->> 'quantity')::numeric not between 1 and 100000
      or (i ->> 'quantity')::numeric % 1 <> 0
  ) then
    raise exception 'every item needs a sku and a whole quantity from 1 to 100000'
      using errcode = '22023', detail = 'quantity_invalid', hint = 'Pass items as [{"sku": "…", "quantity": 1}].';
  end if;

  for v_item in
    select i.sku as asked, i.quantity, i.starts_at,
      case when coalesce(open_checkout.currency, p.currency) = p.currency then p.price_minor else x.price_minor
      end as price,
      coalesce(open_checkout.currency, p.currency) as priced_in, p.*
    from (
      select x ->> 'sku' as sku, commerce.parse_timestamp(x ->> 'starts_at') as starts_at,
      sum((x ->> 'quantity')::numeric) as quantity
      from jsonb_array_elements(items) x group by 1, 2
    ) i
    left join public.products p on p.sku = i.sku and p.active
    left join public.product_prices x on x.product_id = p.id and x.currency = open_checkout.currency
    order by p.id nulls first, i.starts_at
  loop
    if v_item.id is null then
      raise exception 'there is no product % on sale', v_item.asked
        using errcode = 'P0002', detail = 'unknown_item', hint = 'Show the buyer the catalogue again.';
    end if;
    if v_item.quantity > v_item.max_quantity then
      raise exception 'no more than % of % at a time', v_item.max_quantity, v_item.asked
        using errcode = '22023', detail = 'quantity_invalid', hint = 'Ask for fewer.';
    end if;
    if v_item.quantity > 100000 then
      raise exception 'no more than 100000 of % at a time', v_item.asked using errcode = '22023',
        detail = 'quantity_invalid', hint = 'Ask for fewer.';
    end if;
    if v_currency <> v_item.priced_in then
      raise exception 'a checkout is in one currency; these items are in % and %', v_currency, v_item.priced_in
        using errcode = '22023', detail = 'mixed_currencies',
        hint = 'Open one checkout for each currency, or name one that all of them are sold in.';
    end if;
    v_currency := v_item.priced_in;
    if v_item.price is null then
      raise exception 'product % is not sold in %', v_item.asked, v_currency
        using errcode = '22023', detail = 'not_sold_in_currency',
        hint = 'Choose a currency it has a price in (products.currency, product_prices).';
    end if;
    perform commerce.check_item(v_item.asked, v_item.kind, v_item.cohort_id, v_item.quantity::integer, v_item.starts_at,
      v_email);
    if v_items @> jsonb_build_array(jsonb_build_object('cohort_id', v_item.cohort_id))
      and v_item.cohort_id is not null then
      raise exception 'one person takes one seat: % is of a cohort that is in the checkout already', v_item.asked
        using errcode = '22023', detail = 'quantity_invalid', hint = 'Take one of the two out.';
    end if;
    v_total := v_total + v_item.price * v_item.quantity;
    v_items := v_items || jsonb_build_object(
      'product_id', v_item.id, 'quantity', v_item.quantity::integer, 'sku', v_item.sku, 'name', v_item.name,
      'unit_price_minor', v_item.price,
      'kind', v_item.kind, 'cohort_id', v_item.cohort_id, 'credits', v_item.credits, 'starts_at', v_item.starts_at,
      'ships', v_item.kind = 'goods' and v_item.ships
    );
    if v_item.kind = 'goods' and v_item.ships then
      v_grams := coalesce(v_grams, 0) + coalesce(v_item.weight_grams, 0)::bigint * v_item.quantity::bigint;
    end if;
  end loop;
  if v_total > 9007199254740991 then -- the largest integer that JavaScript and Dart on the web represent exactly
    raise exception 'the total is too large' using errcode = '22023', detail = 'quantity_invalid',
      hint = 'Ask for fewer.';
  end if;

  -- Null: nothing is sent, and an address that came all the same is not kept.
  select q.* into v_shipping from commerce.quote_shipping(
    v_address, options ->> 'shipping_country', v_currency, v_grams,
    coalesce((options ->> 'page_asks')::boolean, false)
  ) q where v_grams is not null;
  if options ->> 'discount_code' is not null then
    v_discount := commerce.find_discount(options ->> 'discount_code', v_items, v_currency, v_email, v_user);
  end if;
  select s.* into strict v_settings from commerce.settings s;
  v_provider_tax := v_settings.provider_tax and coalesce((options ->> 'page_taxes')::boolean, false);
  if v_grams is not null and not v_provider_tax then
    select t.percent into v_tax_percent from public.tax_rates t
    where t.country = coalesce(v_address ->> 'country', options ->> 'shipping_country',
      case when cardinality(v_shipping.countries) = 1 then v_shipping.countries[1] end
    );
  end if;
  select p.* into v_price
  from (
    select array_agg((i.item ->> 'unit_price_minor')::numeric * (i.item ->> 'quantity')::numeric order by i.place),
      array_agg(v_discount.id is not null and (v_discount.skus is null or i.item ->> 'sku' = any (v_discount.skus))
        order by i.place)
    from jsonb_array_elements(v_items) with ordinality i (item, place)
  ) l (prices, discounted),
  commerce.price_lines(l.prices, l.discounted, v_discount.percent, v_discount.amount_minor,
    coalesce(v_shipping.minor, 0), v_tax_percent, v_settings.prices_include_tax) p;
  if v_price.total_minor > 9007199254740991 then
    raise exception 'the total is too large' using errcode = '22023', detail = 'quantity_invalid',
      hint = 'Ask for fewer.';
  end if;
  if v_price.total_minor = 0 and v_shipping.countries is not null then
    raise exception 'it costs nothing, so no provider asks for the address to send it to'
      using errcode = '22023', detail = 'shipping_address_missing', hint = 'Pass shipping_address.';
  end if;

  insert into public.checkout_sessions (
    id, email, user_id, total_minor, currency, discount_minor, discount_code, shipping_minor, shipping_name, tax_minor,
    tax_included, provider_tax, shipping_countries, shipping_address, recipient_name, recipient_phone
  )
  values (
    v_session, v_email, v_user, v_price.total_minor, v_currency, v_price.discount_minor, v_discount.code,
    coalesce(v_shipping.minor, 0), v_shipping.name, v_price.tax_minor, v_settings.prices_include_tax, v_provider_tax,
    v_shipping.countries,
    case when v_grams is not null then v_address end,
    case when v_grams is not null then options ->> 'recipient_name' end,
    case when v_grams is not null then options ->> 'recipient_phone' end
  );
  insert into public.checkout_items (checkout_session_id, product_id, quantity, sku, name, unit_price_minor, kind,
    cohort_id, credits, starts_at, ships, discount_minor)
  select v_session, i.product_id, i.quantity, i.sku, i.name, i.unit_price_minor, i.kind, i.cohort_id, i.credits,
    i.starts_at, i.ships, v_price.line_discounts[x.place]
  from jsonb_array_elements(v_items) with ordinality x (item, place)
  cross join jsonb_to_record(x.item) as i (
    product_id uuid, quantity integer, sku text, name text, unit_price_minor bigint, kind public.product_kind,
    cohort_id uuid, credits integer, starts_at timestamptz, ships boolean
  );
  if v_discount.id is not null then
    insert into public.discount_uses (checkout_session_id, discount_id) values (v_session, v_discount.id);
  end if;
  perform commerce.reserve_stock(v_session);
  return v_session;
end
$$;
comment on function commerce.open_checkout(text, jsonb, text, uuid, jsonb) is
  'Opens a checkout session for items [{"sku":"…","quantity":1,"starts_at":"…"}] (starts_at: of a tutoring session) at '
  'today''s prices and reserves their stock, seats and time. currency: which prices; null: the products'' own. '
  'options: {discount_code, shipping_address, shipping_country, recipient_name, recipient_phone}, and of the '
  'provider''s page: page_asks, it asks for an address that is not passed; page_taxes, it can work out tax. Returns '
  'its id, which the provider''s object must name. Raises 22023 for bad input, P0002 for an unknown '
  'product or discount, P0001 when sold out or refused (commerce.quote_shipping, find_discount); the detail is '
  'an error code for programs (sold_out).';

-- sql/30-commerce/30-checkout/owns_checkout.sql

create function commerce.owns_checkout(checkout_session_id uuid, token text, user_id uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
    select 1 from public.checkout_sessions s
    where s.id = owns_checkout.checkout_session_id
      and (
        s.user_id = owns_checkout.user_id
        -- Digests of both are compared, so that the time it takes does not show how many bytes are right.
        or sha256(convert_to(owns_checkout.token, 'UTF8')) = sha256(convert_to(commerce.checkout_token(s.id), 'UTF8'))
      )
  );
end
$$;
comment on function commerce.owns_checkout(uuid, text, uuid) is
  'Whether a checkout belongs to the caller: by the guest''s token, or by the account.';

-- sql/30-commerce/30-checkout/parse_timestamp.sql

create function commerce.parse_timestamp(words text) returns timestamptz
language plpgsql stable
set search_path = ''
as $$
begin
  if words !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$' then
    raise exception '"%" is not a valid time', left(words, 40)
      using errcode = '22023', detail = 'starts_at_invalid',
      hint = 'Pass it in ISO 8601 with an offset, such as 2026-11-25T15:00:00Z.';
  end if;
  return words::timestamptz;
exception when datetime_field_overflow or invalid_datetime_format or invalid_time_zone_displacement_value then
  raise exception '"%" is not a valid time', left(words, 40)
    using errcode = '22023', detail = 'starts_at_invalid', hint = 'There is no such date.';
end
$$;
comment on function commerce.parse_timestamp(text) is
  'A time in ISO 8601 with its offset. Null for null. Raises 22023.';

-- sql/30-commerce/30-checkout/payment_status.sql

create function commerce.payment_status(checkout_session_id uuid) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_checkout public.checkout_sessions;
  v_order public.orders;
  v_payment public.payments;
  v_state text;
  v_late boolean;
begin
  update public.checkout_sessions s set returned_at = now() where s.id = payment_status.checkout_session_id
    and s.returned_at is null;
  select s.* into v_checkout from public.checkout_sessions s where s.id = payment_status.checkout_session_id;
  select o.* into v_order from public.orders o where o.checkout_session_id = v_checkout.id;
  select p.* into v_payment from public.payments p where p.checkout_session_id = v_checkout.id
    order by p.needs_review desc, p.status desc, p.created_at limit 1;
  -- The webhook is expected within half a minute after the buyer returned.
  v_late := v_checkout.returned_at <= now() - interval '30 seconds';
  v_state := commerce.checkout_state(v_checkout);
  if v_state = 'open' then
    -- No event was received yet.
    v_state := case when v_late then 'unpaid' else 'processing' end;
  end if;
  return jsonb_build_object(
    'checkout_session_id', v_checkout.id, 'state', v_state, 'total_minor', v_checkout.total_minor, 'currency',
    v_checkout.currency,
    'expires_at', ops.iso_utc(v_checkout.expires_at), 'waited_ms',
    round(extract(epoch from now() - v_checkout.returned_at) * 1000),
    'late', v_late,
    'failure', case when v_state = 'failed' then v_payment.failure_message end,
    'order', case when v_order.id is not null then jsonb_build_object(
      'id', v_order.id, 'number', v_order.number, 'status', v_order.status, 'total_minor', v_order.total_minor,
      'currency', v_order.currency
    ) || commerce.order_details(v_order.id) end
  );
end
$$;
comment on function commerce.payment_status(uuid) is
  'The status of a checkout, for its buyer: state processing (ask again), paid, in_review, failed, cancelled, expired, '
  'unpaid (not paid, and payment is still possible) or refunded; waited_ms: ms since the buyer first asked; late: '
  'longer than a webhook takes (30 s). The caller has checked commerce.owns_checkout.';

-- sql/30-commerce/30-checkout/refresh_checkout.sql

create function commerce.refresh_checkout(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_checkout public.checkout_sessions;
  v_status public.checkout_status;
begin
  select s.* into v_checkout from public.checkout_sessions s
    where s.id = refresh_checkout.checkout_session_id for no key update;
  if not found or v_checkout.status = 'payment_completed' then
    return;
  end if;
  select case
    when v_checkout.expired_at is not null then 'expired'
    when bool_or(p.status = 'pending' or p.needs_review) then 'payment_pending'
    -- One part was captured: wait for the others.
    when bool_or(p.part_of is not null and p.captured_at is not null and p.status <> 'refunded'
      and p.reviewed_at is null) then 'payment_pending'
    -- An approved payment is about to be captured.
    when coalesce(bool_and(p.status = 'created'), true)
      and exists (
        select 1 from public.payment_approvals a
        where a.checkout_session_id = v_checkout.id and (v_checkout.cancelled_at is null
          or a.created_at > v_checkout.cancelled_at)
      ) then 'payment_pending'
    when v_checkout.cancelled_at is not null then 'payment_failed'
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
    perform commerce.move_discount(v_checkout.id, 'released');
  else
    perform commerce.hold_stock(v_checkout.id);
    perform commerce.move_discount(v_checkout.id, 'held');
  end if;
end
$$;
comment on function commerce.refresh_checkout(uuid) is
  'Derives the status of a checkout without an order from its payments: a pending payment holds its stock and '
  'discount, a failed or expired checkout releases them.';

-- sql/30-commerce/30-checkout/start_payment.sql

create function commerce.start_payment(checkout_session_id uuid, provider text, kind text, provider_ref text,
  answer jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.checkout_requests r set answer = start_payment.answer
    where r.checkout_session_id = start_payment.checkout_session_id;
  -- Locked, so that a cancellation at the same time either waits and finds the started payment, or is seen here.
  perform 1 from public.checkout_sessions s where s.id = start_payment.checkout_session_id for no key update;
  if exists (
    select 1 from public.checkout_sessions s where s.id = start_payment.checkout_session_id
    and s.status in ('payment_failed', 'expired')
  ) then
    raise exception 'checkout % is over: it was cancelled or has expired while its payment was started',
      start_payment.checkout_session_id
      using hint = 'Do not send the buyer to pay it: nothing is reserved for it any more.';
  end if;
  insert into public.started_payments (checkout_session_id, provider, kind, provider_ref)
  values (start_payment.checkout_session_id, start_payment.provider, start_payment.kind, start_payment.provider_ref)
  on conflict on constraint a_provider_names_what_was_started_once do nothing;
  if not exists (
    select 1 from public.started_payments p
    where p.provider = start_payment.provider and p.provider_ref = start_payment.provider_ref
      and p.checkout_session_id = start_payment.checkout_session_id
  ) then
    -- Otherwise the buyer would pay for the items of another buyer.
    raise exception '% answered with %, which is another checkout''s', start_payment.provider,
      start_payment.provider_ref
      using hint = 'No payment was started: let the buyer try again, or pay another way.';
  end if;
end
$$;
comment on function commerce.start_payment(uuid, text, text, text, jsonb) is
  'Stores what was created at the provider for a checkout, and the response to the buyer, now and at every repeated '
  'call with the same key. Raises when the checkout is over already, or the provider returned an object of another '
  'checkout.';

-- sql/30-commerce/30-checkout/take_checkout_token.sql

create function commerce.take_checkout_token(kind text, who text, capacity integer, cost integer default 1)
  returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_key text := kind || ' ' || encode(sha256(convert_to(lower(who), 'UTF8')), 'hex');
  v_tokens numeric;
begin
  if cost > capacity then
    return false;
  end if;
  -- The bucket refills within an hour. A clock that stepped back adds nothing, and removes nothing.
  insert into commerce.checkout_limits as l (key, tokens, refilled_at)
  values (v_key, capacity - cost, clock_timestamp())
  on conflict (key) do update
  set tokens = least(
        capacity, l.tokens + capacity * greatest(date_part('epoch', clock_timestamp() - l.refilled_at),
          0)::numeric / 3600
      ) - cost,
      refilled_at = clock_timestamp()
  where least(
    capacity, l.tokens + capacity * greatest(date_part('epoch', clock_timestamp() - l.refilled_at), 0)::numeric / 3600
  ) >= cost
  returning l.tokens into v_tokens;
  return v_tokens is not null;
end
$$;
comment on function commerce.take_checkout_token(text, text, integer, integer) is
  'Whether one more checkout may be opened by this address (kind: email, network, or network and a sku, where cost is '
  'the quantity): a token bucket that holds capacity and refills within an hour. Only a hash of the address is stored.';

-- sql/30-commerce/30-checkout/undo_checkout.sql

create function commerce.undo_checkout(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from public.checkout_requests r where r.checkout_session_id = undo_checkout.checkout_session_id
    and r.answer is null;
  -- Once answered, if only to another call with the same key, it may be paid by now.
  if found then
    perform commerce.cancel_checkout(undo_checkout.checkout_session_id);
  end if;
end
$$;
comment on function commerce.undo_checkout(uuid) is
  'The payment could not be started at the provider: the reservations are released, and the same key may be used '
  'again. Changes nothing once the buyer got the payment page.';

-- sql/30-commerce/40-payments/accept_payment.sql

create function commerce.accept_payment(payment_id uuid, reason text default null) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_checkout public.checkout_sessions;
  v_order uuid;
begin
  v_payment := commerce.lock_payment(accept_payment.payment_id);
  if v_payment.needs_review is distinct from true
    -- A part may be accepted too when its other parts never arrive.
    and (v_payment.part_of is null or v_payment.captured_at is null or v_payment.status = 'refunded'
      or v_payment.reviewed_at is not null) then
    raise exception 'payment % does not need review', accept_payment.payment_id
      using hint = 'select * from public.payments where needs_review';
  end if;
  select s.* into v_checkout from public.checkout_sessions s
    where s.id = v_payment.checkout_session_id for no key update;
  if v_checkout.id is null or v_checkout.status = 'payment_completed' then
    raise exception 'payment % has no checkout that could become an order', accept_payment.payment_id
      using
      hint
        =
        'Refund it at the provider; the refund''s webhook then closes it here. Or commerce.close_review, when it is to '
        'be kept.';
  end if;
  perform ops.decide('commerce.accept_payment', v_payment.id::text,
    coalesce(accept_payment.reason, 'no reason given'));
  update public.payments p set needs_review = false, review_reason = null, reviewed_at = now()
    where p.id = v_payment.id;
  v_order := commerce.make_order(v_payment, v_checkout);
  perform commerce.review_parts(v_payment, v_checkout);
  return v_order;
end
$$;
comment on function commerce.accept_payment(uuid, text) is
  'An admin accepts a payment of a different amount or currency, or a part when its other parts do not arrive: its '
  'order is made. Returns the order''s id. reason: why, kept in ops.decisions; it may be left out, and raises 22023 '
  'when it is blank or a remedy''s <why>.';

-- sql/30-commerce/40-payments/advance_payment.sql

-- The only place that decides that a payment is captured. The final row depends on the set of facts only, not on their
-- order: the highest status wins, the earliest capture, the latest failure, and of two amounts for one status the one
-- that the checkout asks for, else the greater.
create function commerce.advance_payment(payment public.payments, checkout public.checkout_sessions, provider text,
  fact jsonb) returns public.payments
language plpgsql
set search_path = ''
as $$
declare
  v_status public.payment_status := split_part(fact ->> 'type', '.', 2);
  v_at timestamptz := fact ->> 'occurred_at';
  v_amount bigint := fact ->> 'amount_minor';
  v_currency text := fact ->> 'currency';
  v public.payments := payment;
  v_breakdown public.payments;
begin
  if v.id is null then
    v.id := ops.uuid7();
    v.provider := advance_payment.provider;
    v.provider_ref := fact ->> 'provider_ref';
    v.status := v_status;
    v.amount_minor := v_amount;
    v.currency := v_currency;
    v.refunded_minor := 0;
    v.needs_review := false;
  end if;
  v.checkout_session_id := checkout.id;
  v.user_id := checkout.user_id;

  if v_status > v.status then
    v.status := v_status;
    v.amount_minor := v_amount;
    v.currency := v_currency;
  elsif v_status = v.status or (v_status = 'captured' and v.status > 'captured') then
    if (v.amount_minor, v.currency) is distinct from (checkout.total_minor, checkout.currency)
      and ((v_amount, v_currency) = (checkout.total_minor, checkout.currency)
        or (v_amount, v_currency) > (v.amount_minor, v.currency)) then
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
  v.membership_ref := least(v.membership_ref, fact ->> 'membership_ref');
  if jsonb_typeof(fact -> 'credits') = 'object' and (v.credits, v.credit_pack_ref) is distinct from least(
    (v.credits, v.credit_pack_ref), ((fact -> 'credits' ->> 'credits')::integer, fact -> 'credits' ->> 'pack_ref')
  ) then
    v.credits := fact -> 'credits' ->> 'credits';
    v.credit_pack_ref := fact -> 'credits' ->> 'pack_ref';
  end if;

  v.part_of := least(v.part_of, fact ->> 'part_of');
  v.is_last_part := greatest(v.is_last_part, (fact ->> 'is_last_part')::boolean);
  if jsonb_typeof(fact -> 'breakdown') = 'object' then
    v_breakdown := jsonb_populate_record(null::public.payments, fact -> 'breakdown');
    if (v_breakdown.subtotal_minor, v_breakdown.tax_minor, v_breakdown.shipping_minor, v_breakdown.discount_minor)
      > (coalesce(v.subtotal_minor, -1), coalesce(v.tax_minor, -1), coalesce(v.shipping_minor, -1),
        coalesce(v.discount_minor, -1)) then
      v.subtotal_minor := v_breakdown.subtotal_minor;
      v.tax_minor := v_breakdown.tax_minor;
      v.shipping_minor := v_breakdown.shipping_minor;
      v.discount_minor := v_breakdown.discount_minor;
    end if;
  end if;

  v.review_reason := commerce.review_reason(v, checkout);
  v.needs_review := v.review_reason is not null;
  return v;
end
$$;
comment on function commerce.advance_payment(public.payments, public.checkout_sessions, text, jsonb) is
  'A payment as it is after a payment.* fact; null as payment: a new one. A captured amount or currency that differs '
  'from the checkout''s needs review, unless the provider''s tax, shipping and discount explain it '
  '(commerce.is_explained), or further parts are expected (commerce.parts_of).';

-- sql/30-commerce/40-payments/apply_approval.sql

create function commerce.apply_approval(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_checkout public.checkout_sessions;
begin
  select s.* into v_checkout from public.checkout_sessions s
    where s.id = (fact ->> 'checkout_session_id')::uuid for no key update;
  insert into public.payment_approvals (provider, provider_ref, checkout_session_id, amount_minor, currency,
    approved_at)
  values (
    apply_approval.provider, fact ->> 'provider_ref', v_checkout.id, (fact ->> 'amount_minor')::bigint,
    fact ->> 'currency',
    (fact ->> 'occurred_at')::timestamptz
  )
  on conflict on constraint an_approval_is_recorded_once do nothing;
  if fact ? 'recipient' then
    v_checkout := commerce.note_recipient(v_checkout, fact -> 'recipient');
  end if;
  perform commerce.refresh_checkout(v_checkout.id);
end
$$;
comment on function commerce.apply_approval(text, jsonb) is
  'Applies payment.approved: records it, which makes the courier capture the payment. The checkout waits for that, and '
  'keeps its stock.';

-- sql/30-commerce/40-payments/apply_customer.sql

create function commerce.apply_customer(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v jsonb := inbox.newest(provider, 'customer/' || (fact ->> 'provider_ref'), event_id, fact);
begin
  if v is null then
    return;
  end if;
  insert into public.customers as c (provider, provider_ref, email, name, phone, user_id, as_of, as_of_event)
  values (
    apply_customer.provider, v ->> 'provider_ref', lower(v ->> 'email'), v ->> 'name', v ->> 'phone',
    commerce.user_of(v ->> 'email'), (v ->> 'occurred_at')::timestamptz, v ->> 'event_id'
  )
  on conflict on constraint a_provider_names_a_customer_once do update
  set email = excluded.email, name = excluded.name, phone = excluded.phone,
      -- While the address stays, so does the account: it may have another address by now.
      user_id = case when c.email is not distinct from excluded.email then coalesce(c.user_id, excluded.user_id)
        else excluded.user_id end,
      as_of = excluded.as_of, as_of_event = excluded.as_of_event;

  -- Memberships and credits may have been received before their customer.
  update public.memberships m
  set user_id = community.member_of(m.provider, m.customer_ref, m.email)
  where m.provider = apply_customer.provider
    and m.customer_ref = fact ->> 'provider_ref'
    -- One with an address of its own does not change with its customer's.
    and (m.email is null or m.user_id is null)
    and m.user_id is distinct from community.member_of(m.provider, m.customer_ref, m.email);
  update public.credit_ledger l
  set user_id = community.member_of(l.provider, l.customer_ref, l.email)
  where l.provider = apply_customer.provider and l.customer_ref = fact ->> 'provider_ref' and l.user_id is null
    and community.member_of(l.provider, l.customer_ref, l.email) is not null;
end
$$;
comment on function commerce.apply_customer(text, text, jsonb) is
  'Applies customer.updated: the latest event wins. Memberships and credits of the customer are assigned to the '
  'account.';

-- sql/30-commerce/40-payments/apply_dispute.sql

create function commerce.apply_dispute(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments := commerce.payment_of(provider, fact ->> 'payment_ref');
  v jsonb := inbox.newest(provider, 'dispute/' || (fact ->> 'provider_ref'), event_id, fact);
begin
  if v is null then
    return;
  end if;
  insert into public.disputes as d (
    payment_id, provider, provider_ref, status, amount_minor, currency, reason, evidence_due_at, as_of, as_of_event
  )
  values (
    v_payment.id, apply_dispute.provider, v ->> 'provider_ref', (v ->> 'status')::public.dispute_status,
    (v ->> 'amount_minor')::bigint, v ->> 'currency', v ->> 'reason', (v ->> 'evidence_due_at')::timestamptz,
    (v ->> 'occurred_at')::timestamptz, v ->> 'event_id'
  )
  on conflict on constraint a_provider_names_a_dispute_once do update
  set status = excluded.status, amount_minor = excluded.amount_minor, currency = excluded.currency,
    reason = excluded.reason,
      evidence_due_at = excluded.evidence_due_at, as_of = excluded.as_of, as_of_event = excluded.as_of_event;
  perform commerce.refresh_payment(v_payment.id);
end
$$;
comment on function commerce.apply_dispute(text, text, jsonb) is
  'Applies dispute.updated: the latest event wins; for events of one time inbox.latest_of decides. Parks until its '
  'payment is captured.';

-- sql/30-commerce/40-payments/apply_payment.sql

create function commerce.apply_payment(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform commerce.apply_payments(array[apply_payment.provider], array[apply_payment.fact]);
end
$$;
comment on function commerce.apply_payment(text, jsonb) is
  'Applies one payment.* fact: see commerce.apply_payments.';

-- sql/30-commerce/40-payments/apply_payments.sql

-- Facts of many events are applied by statements over all of them: one fact is a set of one, by the same rule.
create function commerce.apply_payments(providers text[], facts jsonb[], events uuid[] default null) returns void
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_old public.payments[];
  v_new public.payments[];
  v_checkouts public.checkout_sessions[];
  v_named uuid[];
  v_inserted public.payments[];
  v_updated public.payments[];
  v public.payments;
  v_checkout public.checkout_sessions;
begin
  select array_agg(p.row order by g.place),
    array_agg(coalesce((p.row).checkout_session_id, (g.fact ->> 'checkout_session_id')::uuid) order by g.place)
  into v_old, v_named
  from (select g.* from unnest(providers, facts) with ordinality as g (provider, fact, place)
    order by g.provider, g.fact ->> 'provider_ref') as g
  left join lateral (
    select p as row
    from public.payments p
    where p.provider = g.provider and p.provider_ref = g.fact ->> 'provider_ref'
    for no key update
  ) p on true;
  if cardinality(facts) > 1 and commerce.overlap(providers, facts, v_named) then
    for i in 1 .. cardinality(facts) loop
      perform commerce.apply_payments(providers[i:i], facts[i:i], events[i:i]);
    end loop;
    return;
  end if;
  select array_agg(s.row order by n.place) into v_checkouts
  from (select n.* from unnest(v_named) with ordinality as n (id, place) order by n.id) as n
  left join lateral (
    select s as row from public.checkout_sessions s where s.id = n.id for no key update
  ) s on true;

  for i in 1 .. cardinality(facts) loop
    v := commerce.advance_payment(v_old[i], v_checkouts[i], providers[i], facts[i]);
    v_new[i] := v;
    if v_old[i].id is null then
      v_inserted := v_inserted || v;
    elsif v is distinct from v_old[i] then
      v_updated := v_updated || v;
    end if;
  end loop;
  if events is not null then
    perform inbox.set_causes(events || events, array(select n.id from unnest(v_new) n) || v_named);
  end if;
  for i in 1 .. cardinality(facts) loop
    continue when not facts[i] ? 'recipient';
    perform inbox.set_cause(v_named[i]);
    v_checkouts[i] := commerce.note_recipient(v_checkouts[i], facts[i] -> 'recipient');
  end loop;
  if v_inserted is not null then
    insert into public.payments (
      id, provider, provider_ref, checkout_session_id, user_id, status, amount_minor, currency, needs_review,
      review_reason, email, customer_ref, membership_ref, credits, credit_pack_ref, failure_code, failure_message,
      failed_at, captured_at, part_of, is_last_part, subtotal_minor, tax_minor, shipping_minor, discount_minor
    )
    select n.id, n.provider, n.provider_ref, n.checkout_session_id, n.user_id, n.status, n.amount_minor, n.currency,
      n.needs_review, n.review_reason, n.email, n.customer_ref, n.membership_ref, n.credits, n.credit_pack_ref,
      n.failure_code, n.failure_message, n.failed_at, n.captured_at, n.part_of, n.is_last_part, n.subtotal_minor,
      n.tax_minor, n.shipping_minor, n.discount_minor
    from unnest(v_inserted) as n;
  end if;
  if v_updated is not null then
    update public.payments p
    set checkout_session_id = n.checkout_session_id, user_id = n.user_id, status = n.status,
      amount_minor = n.amount_minor, currency = n.currency, needs_review = n.needs_review,
      review_reason = n.review_reason, email = n.email, customer_ref = n.customer_ref,
      membership_ref = n.membership_ref, credits = n.credits, credit_pack_ref = n.credit_pack_ref,
      failure_code = n.failure_code, failure_message = n.failure_message, failed_at = n.failed_at,
      captured_at = n.captured_at, part_of = n.part_of, is_last_part = n.is_last_part,
      subtotal_minor = n.subtotal_minor, tax_minor = n.tax_minor, shipping_minor = n.shipping_minor,
      discount_minor = n.discount_minor
    from unnest(v_updated) as n
    where p.id = n.id;
  end if;

  for i in 1 .. cardinality(facts) loop
    -- What was not captured before paid for no order yet: without credits of its own it has none to settle.
    continue when v_old[i].captured_at is null and v_new[i].credits is null;
    perform inbox.set_cause(v_new[i].id);
    if v_old[i].captured_at is not null and v_new[i] is distinct from v_old[i] then
      -- A full refund of one amount may be a partial refund of another.
      perform commerce.refresh_payment(v_new[i].id);
      select p.* into v from public.payments p where p.id = v_new[i].id;
      v_new[i] := v;
      -- It may be paid now.
      select s.* into v_checkout from public.checkout_sessions s where s.id = v_checkouts[i].id;
      v_checkouts[i] := v_checkout;
    end if;
    perform community.settle_credits(v_new[i]);
  end loop;
  perform commerce.follow_payments(v_new, v_checkouts);
end
$$;
comment on function commerce.apply_payments(text[], jsonb[], uuid[]) is
  'Applies payment.* facts: creates or advances the payments, and with them their checkouts, stock and orders. facts, '
  'providers and events are of one length: a fact, its provider, and the id of its event, if messages are to name it. '
  'Facts about one payment or one checkout are applied one after the other, in this order.';

-- sql/30-commerce/40-payments/captured_in_parts.sql

create function commerce.captured_in_parts(payment public.payments, refunded boolean default false) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  return payment.amount_minor + coalesce((
    select sum(p.amount_minor) from commerce.parts_of(payment) p
    where p.currency = payment.currency and (p.status <> 'refunded' or captured_in_parts.refunded)
  ), 0);
end
$$;
comment on function commerce.captured_in_parts(public.payments, boolean) is
  'The sum of a payment and the other parts of the same whole, in minor units. refunded: includes those that were '
  'refunded in full.';

-- sql/30-commerce/40-payments/claim_status_checks.sql

create function commerce.claim_status_checks(checkout_session_id uuid)
  returns table (provider text, kind text, ref text)
language plpgsql
set search_path = ''
as $$
begin
  return query
  update public.started_payments p
  set asked_at = now(), times_asked = p.times_asked + 1
  from public.checkout_sessions s
  where p.id in (
      select due.id
      from public.started_payments due
      where due.checkout_session_id = claim_status_checks.checkout_session_id
        and coalesce(due.asked_at + interval '1 second' * least(3 * 2 ^ least(due.times_asked - 1, 5), 60), '-infinity')
        <= now()
      for no key update skip locked
    )
    and s.id = p.checkout_session_id and s.status in ('open', 'payment_pending') and s.returned_at <= now() -
      interval '3 seconds'
  returning p.provider, case p.kind when 'order' then 'approval' else 'payment' end, p.provider_ref;
end
$$;
comment on function commerce.claim_status_checks(uuid) is
  'Which providers must be asked for the status of a checkout''s payment, because its buyer has waited for more than 3 '
  'seconds. Each is returned once per interval (3 s, then twice that …), however many calls there are.';

-- sql/30-commerce/40-payments/close_payments.sql

create function commerce.close_payments(checkout_session_id uuid) returns void
language sql
set search_path = ''
begin atomic
  update public.started_payments p set close_requested_at = now()
  where p.checkout_session_id = close_payments.checkout_session_id and p.close_requested_at is null
    -- PayPal closes its orders by itself, and captures only what commerce.may_capture allows.
    and p.provider <> 'paypal';
end;
comment on function commerce.close_payments(uuid) is
  'Makes the courier close, at the provider, what was started for a checkout: the buyer must not pay there any more.';

-- sql/30-commerce/40-payments/close_review.sql

create function commerce.close_review(payment_id uuid, reason text default null) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
begin
  perform commerce.lock_payment(close_review.payment_id);
  update public.payments p set needs_review = false, review_reason = null, reviewed_at = now()
  where p.id = close_review.payment_id and p.needs_review
  returning p.* into v_payment;
  if not found then
    raise exception 'payment % does not need review', close_review.payment_id
      using hint = 'select * from public.payments where needs_review';
  end if;
  perform ops.decide('commerce.close_review', v_payment.id::text,
    coalesce(close_review.reason, 'no reason given'));
  perform commerce.refresh_checkout(v_payment.checkout_session_id);
end
$$;
comment on function commerce.close_review(uuid, text) is
  'An admin has reviewed a payment: its purpose is known, and there is nothing to fulfil here. It is kept, and not '
  'reviewed again. reason: why, kept in ops.decisions; it may be left out, and raises 22023 when it is blank or a '
  'remedy''s <why>.';

-- sql/30-commerce/40-payments/follow_payment.sql

create function commerce.follow_payment(payment public.payments, checkout public.checkout_sessions) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform commerce.follow_payments(array[payment], array[checkout]);
end
$$;
comment on function commerce.follow_payment(public.payments, public.checkout_sessions) is
  'Updates the checkout of one payment: see commerce.follow_payments.';

-- sql/30-commerce/40-payments/follow_payments.sql

create function commerce.follow_payments(payments public.payments[], checkouts public.checkout_sessions[])
  returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_checkout public.checkout_sessions;
  v_whole public.payments;
  v_wholes public.payments[];
  v_paid public.checkout_sessions[];
begin
  for i in 1 .. cardinality(payments) loop
    v_payment := payments[i];
    v_checkout := checkouts[i];
    continue when v_checkout.id is null;
    if v_payment.captured_at is not null and not v_payment.needs_review and v_payment.reviewed_at is null
      and v_payment.status <> 'refunded'
      and (v_checkout.status <> 'payment_completed' or commerce.order_of(v_payment) is null)
      and (
        v_payment.part_of is null or commerce.is_explained(v_payment, v_checkout)
        or (v_payment.currency = v_checkout.currency
          and commerce.captured_in_parts(v_payment) = v_checkout.total_minor)
      ) then
      v_whole := v_payment;
      if v_payment.part_of is not null then
        -- The order names one of them, always the same.
        select p.* into v_whole from public.payments p
        where p.id = v_payment.id
          or p.id in (select o.id from commerce.parts_of(v_payment) o where o.status <> 'refunded')
        order by p.amount_minor desc, p.provider_ref
        limit 1;
      end if;
      v_wholes := v_wholes || v_whole;
      v_paid := v_paid || v_checkout;
    else
      perform inbox.set_cause(v_payment.id);
      perform commerce.sync_order(v_payment);
      perform commerce.refresh_checkout(v_checkout.id);
    end if;
  end loop;
  if v_wholes is not null then
    perform commerce.make_orders(v_wholes, v_paid);
  end if;
  for i in 1 .. cardinality(payments) loop
    if payments[i].part_of is not null and checkouts[i].id is not null then
      perform inbox.set_cause(payments[i].id);
      perform commerce.review_parts(payments[i], checkouts[i]);
    end if;
  end loop;
end
$$;
comment on function commerce.follow_payments(public.payments[], public.checkout_sessions[]) is
  'Updates the checkouts of payments, each of another one: makes the order, once the payment is captured, needs no '
  'review and all its parts are here; else updates the status. The caller holds the rows of both, and passes them as '
  'they are now.';

-- sql/30-commerce/40-payments/forbidden_adjustments.sql

create function commerce.forbidden_adjustments(payment public.payments, checkout public.checkout_sessions)
  returns public.payment_adjustment[]
language plpgsql stable
set search_path = ''
as $$
begin
  return array(
    select a.adjustment
    from commerce.provider_adjustments(payment, checkout) b
    cross join lateral (values
      ('tax'::public.payment_adjustment, b.tax_minor), ('shipping', b.shipping_minor), ('discount', b.discount_minor)
    ) a (adjustment, minor)
    cross join commerce.settings s
    where a.minor > 0 and not (a.adjustment = 'tax' and checkout.provider_tax) and exists (
      select 1 from public.checkout_items i join public.products p on p.id = i.product_id
      where i.checkout_session_id = checkout.id
        and a.adjustment <> all (coalesce(p.provider_adjustments, s.provider_adjustments))
    )
    order by 1
  );
end
$$;
comment on function commerce.forbidden_adjustments(public.payments, public.checkout_sessions) is
  'Which of tax, shipping and discount the provider changed in a checkout''s total although neither the shop''s '
  'settings nor its products allow it.';

-- sql/30-commerce/40-payments/guard_payment.sql

create function commerce.guard_payment() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- The enum is in the order of rank; after captured, refunds and disputes move it both ways, but never back before it.
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
comment on function commerce.guard_payment() is
  'Trigger: payments are a forward-only state machine, whoever writes them.';

create trigger guard before update on public.payments for each row execute function commerce.guard_payment();

-- sql/30-commerce/40-payments/is_explained.sql

create function commerce.is_explained(payment public.payments, checkout public.checkout_sessions) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_added record;
begin
  select a.* into v_added from commerce.provider_adjustments(payment, checkout) a;
  return payment.currency = checkout.currency and payment.subtotal_minor >= commerce.subtotal(checkout)
    and least(v_added.tax_minor, v_added.shipping_minor, v_added.discount_minor) >= 0
    and v_added.shipping_minor <= payment.shipping_minor
    -- Tax may be contained in the prices, in whole or in part.
    and payment.amount_minor - (checkout.total_minor - v_added.discount_minor + v_added.shipping_minor) between 0
      and v_added.tax_minor;
end
$$;
comment on function commerce.is_explained(public.payments, public.checkout_sessions) is
  'Whether a payment''s amount differs from its checkout only by tax, shipping and discount that the provider '
  'calculated. Null where the provider gives no breakdown of its total.';

-- sql/30-commerce/40-payments/lock_payment.sql

create function commerce.lock_payment(payment_id uuid) returns public.payments
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
begin
  -- By its key, as inbox.lock_keys: a transaction that applies many events locks their checkouts and stock before their
  -- payments' rows.
  perform pg_advisory_xact_lock(hashtextextended(p.provider || '/payment/' || p.provider_ref, 0))
  from public.payments p where p.id = lock_payment.payment_id;
  select p.* into v_payment from public.payments p where p.id = lock_payment.payment_id for no key update;
  return v_payment;
end
$$;
comment on function commerce.lock_payment(uuid) is
  'A payment, locked, for an admin or the courier to change it or its order: the first of all locks, so that they '
  'queue with its events and do not deadlock.';

-- sql/30-commerce/40-payments/may_capture.sql

create function commerce.may_capture(approval_id uuid, out outcome text, out reason text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_approval public.payment_approvals;
  v_checkout public.checkout_sessions;
begin
  select a.* into v_approval from public.payment_approvals a where a.id = may_capture.approval_id;
  select s.* into v_checkout from public.checkout_sessions s where s.id = v_approval.checkout_session_id;
  if v_approval.id is null then
    outcome := 'refused';
    reason := format('There is no approval %s.', may_capture.approval_id);
  elsif v_checkout.id is null then
    outcome := 'refused';
    reason := 'It names no checkout session of ours, so we must not capture it. Left alone, the buyer is not charged.';
  elsif v_checkout.status = 'payment_completed' then
    outcome := 'cancelled';
    reason := 'Its checkout is paid: capturing this too would charge the buyer twice.';
  elsif exists (select 1 from public.payments p where p.checkout_session_id = v_checkout.id
    and p.captured_at is not null and p.status <> 'refunded') then
    outcome := 'cancelled';
    reason := 'A payment for its checkout was captured already, and is being reviewed.';
  elsif exists (
    select 1 from public.payments p
    where p.provider = v_approval.provider and p.provider_ref = v_approval.provider_ref and p.status = 'cancelled'
  ) then
    outcome := 'cancelled';
    reason := 'It was cancelled at the provider.';
  elsif exists (select 1 from public.payments p where p.checkout_session_id = v_checkout.id and p.status = 'pending')
    then
    outcome := 'retry';
    reason :=
      'Another payment for its checkout is pending and decides first. Capturing both might charge the buyer twice.';
  elsif v_checkout.status = 'expired' then
    outcome := 'cancelled';
    reason :=
      'Its checkout expired before it was approved, and its stock is on sale again. Left alone, the buyer is not '
      'charged.';
  elsif v_checkout.cancelled_at > v_approval.created_at then
    outcome := 'cancelled';
    reason := 'The buyer cancelled it. Left alone, the buyer is not charged.';
  elsif exists (
    select 1 from public.stock_reservations r
    where r.checkout_session_id = v_checkout.id and r.status = 'released' and commerce.available(r) < r.quantity
  ) then
    outcome := 'cancelled';
    reason := 'An item of the checkout was sold out since. Left alone, the buyer is not charged.';
  elsif (v_approval.amount_minor, v_approval.currency) <> (v_checkout.total_minor, v_checkout.currency) then
    outcome := 'refused';
    reason := format(
      '%s are approved, but the checkout asks for %s. Left alone, the buyer is not charged.',
      ops.money(v_approval.amount_minor, v_approval.currency), ops.money(v_checkout.total_minor, v_checkout.currency)
    );
  end if;
end
$$;
comment on function commerce.may_capture(uuid) is
  'Asked by the courier right before it captures an approved payment. outcome: null, it may; retry, ask again later; '
  'cancelled, there is nothing left to capture; refused, an admin should look at it. reason says why.';

-- sql/30-commerce/40-payments/may_close.sql

create function commerce.may_close(started_payment_id uuid) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_started public.started_payments;
begin
  select p.* into v_started from public.started_payments p where p.id = may_close.started_payment_id;
  if v_started.id is null then
    return format('There is no started payment %s.', may_close.started_payment_id);
  elsif v_started.closed_at is not null then
    return 'It is closed already.';
  elsif exists (
    -- Of this provider: a buyer who has paid elsewhere must still not pay here too.
    select 1 from public.payments p
    where p.checkout_session_id = v_started.checkout_session_id and p.provider = v_started.provider
      and (p.status = 'pending' or p.captured_at is not null)
  ) then
    return 'Its buyer has paid here, or is paying.';
  end if;
  return null;
end
$$;
comment on function commerce.may_close(uuid) is
  'Asked by the courier right before it closes a started payment at the provider. Null: it may; else why not.';

-- sql/30-commerce/40-payments/note_closed.sql

create function commerce.note_closed(started_payment_id uuid) returns void
language sql
set search_path = ''
begin atomic
  update public.started_payments p set closed_at = now() where p.id = note_closed.started_payment_id
  and p.closed_at is null;
end;
comment on function commerce.note_closed(uuid) is 'The courier records that the payment can no longer be made there.';

-- sql/30-commerce/40-payments/order_of.sql

create function commerce.order_of(payment public.payments) returns uuid
language plpgsql stable
set search_path = ''
as $$
declare
  v_order uuid;
begin
  select o.id into v_order from public.orders o where o.payment_id = payment.id;
  if v_order is null and payment.part_of is not null and payment.captured_at is not null then
    select o.id into v_order
    from public.orders o
    join public.payments m on m.id = o.payment_id and m.provider = payment.provider and m.part_of = payment.part_of
    where o.checkout_session_id = payment.checkout_session_id;
  end if;
  return v_order;
end
$$;
comment on function commerce.order_of(public.payments) is
  'The order that a payment pays, alone or as one of several parts. Null: none.';

-- sql/30-commerce/40-payments/overlap.sql

create function commerce.overlap(providers text[], facts jsonb[], checkouts uuid[]) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return exists (
    select 1
    from unnest(providers, facts, checkouts) as g (provider, fact, checkout),
      unnest(array[g.provider || '/payment/' || (g.fact ->> 'provider_ref'), g.provider || '/parts/' ||
        (g.fact ->> 'part_of'), g.checkout::text]) as t (thing)
    where t.thing is not null
    group by t.thing
    having count(*) > 1
  );
end
$$;
comment on function commerce.overlap(text[], jsonb[], uuid[]) is
  'Whether two payment facts are about one payment, one whole of several payments, or one checkout.';

-- sql/30-commerce/40-payments/parts_of.sql

create function commerce.parts_of(payment public.payments) returns setof public.payments
language plpgsql stable
set search_path = ''
as $$
begin
  return query
    select p.* from public.payments p
    where p.provider = payment.provider and p.part_of = payment.part_of
      and p.checkout_session_id = payment.checkout_session_id
      and p.id <> payment.id and p.captured_at is not null;
end
$$;
comment on function commerce.parts_of(public.payments) is
  'The other captures of the whole that a payment is a part of, for the same checkout. None for a payment that is not '
  'a part.';

-- sql/30-commerce/40-payments/payment_of.sql

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
      format('Waits for the capture of payment %s, which was not received yet.', payment_of.payment_ref)
    );
  end if;
  return v_payment;
end
$$;
comment on function commerce.payment_of(text, text) is
  'The captured payment of a refund or dispute, locked. Parks the event when it has not been captured yet.';

-- sql/30-commerce/40-payments/provider_adjustments.sql

create function commerce.provider_adjustments(
  payment public.payments, checkout public.checkout_sessions,
  out tax_minor bigint, out shipping_minor bigint, out discount_minor bigint
)
language plpgsql immutable
set search_path = ''
as $$
begin
  -- Our own shipping and tax may be lines of the provider's among the items, or named for what they are.
  tax_minor := payment.tax_minor - case when payment.tax_minor >= checkout.tax_minor then checkout.tax_minor else 0 end;
  shipping_minor := payment.subtotal_minor + payment.shipping_minor
    - commerce.subtotal(checkout) - checkout.shipping_minor
    - case when checkout.tax_included or payment.tax_minor >= checkout.tax_minor then 0 else checkout.tax_minor end;
  discount_minor := payment.discount_minor - checkout.discount_minor;
end
$$;
comment on function commerce.provider_adjustments(public.payments, public.checkout_sessions) is
  'What a provider''s breakdown of its total has beyond the checkout''s own tax, shipping and discount, in minor '
  'units. Null where it gives none.';

-- sql/30-commerce/40-payments/refresh_payment.sql

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
  v_checkout public.checkout_sessions;
  v_order record;
begin
  select p.* into v_payment from public.payments p where p.id = refresh_payment.payment_id;
  select coalesce(sum(r.amount_minor) filter (where r.status = 'succeeded'), 0),
         coalesce(sum(r.amount_minor) filter (where r.status in ('failed', 'cancelled')), 0)
  into v_succeeded, v_undone
  from public.refunds r
  where r.payment_id = v_payment.id and r.currency = v_payment.currency;
  select exists (
    select 1 from public.disputes d where d.payment_id = v_payment.id
    and d.status in ('needs_response', 'under_review', 'lost')
  ) into v_disputed;

  -- The reported total includes refunds without a received event of their own, but also those that failed since.
  v_refunded := greatest(v_succeeded, v_payment.reported_refunded_minor - v_undone);
  v_status := case
    when v_refunded > 0 and v_refunded >= v_payment.amount_minor then 'refunded'
    when v_disputed then 'disputed'
    when v_refunded > 0 then 'partially_refunded'
    else 'captured'
  end;
  v_payment.status := v_status;
  select s.* into v_checkout from public.checkout_sessions s
    where s.id = v_payment.checkout_session_id for no key update;
  v_reason := commerce.review_reason(v_payment, v_checkout);
  v_payment.needs_review := v_reason is not null;
  update public.payments p
  set refunded_minor = v_refunded, status = v_status, needs_review = v_reason is not null, review_reason = v_reason
  where p.id = v_payment.id and (p.refunded_minor, p.status, p.review_reason) is distinct from (v_refunded, v_status,
    v_reason);

  perform community.settle_credits(v_payment);
  -- It may have been refunded before its checkout was known: when that refund fails, its order must still be made.
  perform commerce.follow_payment(v_payment, v_checkout);

  select o.id, o.status as before, case
      when v_status = 'refunded' and not exists (select 1 from commerce.parts_of(v_payment) r
        where r.status <> 'refunded') then 'refunded'
      when o.attention_reason is not null then 'needs_attention'
      else 'confirmed'
    end::public.order_status as status
  into v_order
  from public.orders o where o.id = commerce.order_of(v_payment) for no key update;
  if v_order.before <> v_order.status then
    update public.orders o set status = v_order.status where o.id = v_order.id;
    if 'refunded' in (v_order.before, v_order.status) then
      perform commerce.settle_services(v_order.id, v_order.status = 'refunded');
      perform community.settle_credits(m) from public.orders o join public.payments m on m.id = o.payment_id
      where o.id = v_order.id and m.id <> v_payment.id;
    end if;
  end if;
  perform commerce.settle_restock(v_payment);
end
$$;
comment on function commerce.refresh_payment(uuid) is
  'Recomputes the status of a captured payment and its order, from its refunds and disputes. The caller holds the '
  'payment''s row.';

-- sql/30-commerce/40-payments/review_parts.sql

create function commerce.review_parts(payment public.payments, checkout public.checkout_sessions) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_part public.payments;
  v_reason text;
begin
  if payment.part_of is null then
    return;
  end if;
  for v_part in select p.* from commerce.parts_of(payment) p order by p.id loop
    v_reason := commerce.review_reason(v_part, checkout);
    update public.payments p set needs_review = v_reason is not null, review_reason = v_reason
    where p.id = v_part.id and p.review_reason is distinct from v_reason;
  end loop;
end
$$;
comment on function commerce.review_parts(public.payments, public.checkout_sessions) is
  'Reviews the other parts of the same whole again: whether they need a review depends on all of them.';

-- sql/30-commerce/40-payments/review_reason.sql

create function commerce.review_reason(payment public.payments, checkout public.checkout_sessions) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_order record;
  v_paid bigint := payment.amount_minor;
  v_all_came boolean := true;
  v_forbidden public.payment_adjustment[];
begin
  if payment.captured_at is null or payment.status = 'refunded' or payment.reviewed_at is not null then
    return null;
  end if;
  -- The common case first, without a query: it pays its open checkout in full.
  if payment.part_of is null and checkout.status <> 'payment_completed'
    and payment.currency = checkout.currency and payment.amount_minor = checkout.total_minor then
    return null;
  end if;
  if exists (select 1 from public.orders o where o.payment_id = payment.id) then
    return null;
  end if;
  if checkout.id is null then
    if payment.credits is not null and not community.buys_credits(payment) then
      return format(
        'It names the pack %s of %s credits, and no row of public.credit_packs sells that for %s or less at %s. If the '
        'pack is right, add it there: the credits follow. Else refund it at the provider; or commerce.close_review.',
        payment.credit_pack_ref, payment.credits, ops.money(payment.amount_minor, payment.currency), payment.provider
      );
    end if;
    if payment.membership_ref is not null or payment.credits is not null
      or community.pays_membership(payment.provider, payment.provider_ref) then
      return null; -- it paid a membership or credits, not a checkout
    end if;
    return
      'It names no checkout session of ours. Find out what it is for, and refund it at the provider if nothing; or '
      'commerce.close_review.';
  end if;
  if payment.part_of is not null then
    v_paid := commerce.captured_in_parts(payment);
    v_all_came := coalesce(payment.is_last_part, false)
      or exists (select 1 from commerce.parts_of(payment) p where p.is_last_part);
  end if;

  select o.number, (m.provider = payment.provider and m.part_of = payment.part_of) is true as is_its_own into v_order
  from public.orders o join public.payments m on m.id = o.payment_id
  where o.checkout_session_id = checkout.id;
  if v_order.is_its_own and payment.currency = checkout.currency and v_paid <= checkout.total_minor then
    return null;
  elsif v_order.number is not null then
    return format(
      'Its checkout was already paid by another payment (order %s). Refund one of the two at the provider.',
      v_order.number
    );
  end if;

  if payment.currency = checkout.currency and v_paid = checkout.total_minor then
    return null;
  end if;
  if commerce.is_explained(payment, checkout) then
    v_forbidden := commerce.forbidden_adjustments(payment, checkout);
    if v_forbidden = '{}' then
      return null;
    end if;
    return format(
      'Captured %s, and the checkout asks for %s: the provider worked out tax %s, shipping %s, '
      'discount %s, and %s is not allowed here. commerce.accept_payment fulfils it all the same; commerce.settings and '
      'products.provider_adjustments allow it for all.',
      ops.money(payment.amount_minor, payment.currency), ops.money(checkout.total_minor, checkout.currency),
      ops.money(payment.tax_minor, payment.currency), ops.money(payment.shipping_minor, payment.currency),
      ops.money(payment.discount_minor, payment.currency), array_to_string(v_forbidden, ', ')
    );
  end if;
  if payment.part_of is not null and payment.currency = checkout.currency and v_paid < checkout.total_minor then
    if not v_all_came then
      return null; -- more parts are expected; until then the checkout waits (commerce.refresh_checkout)
    end if;
    return format(
      'Captured %s, and the checkout asks for %s. The provider says that no further part follows, but one may be '
      'received late. If none is, commerce.accept_payment fulfils it all the same.',
      ops.money(v_paid, payment.currency), ops.money(checkout.total_minor, checkout.currency)
    );
  end if;
  return format(
    'Captured %s, but the checkout asks for %s. commerce.accept_payment fulfils it all the same; or refund it at the '
    'provider.',
    ops.money(v_paid, payment.currency), ops.money(checkout.total_minor, checkout.currency)
  );
end
$$;
comment on function commerce.review_reason(public.payments, public.checkout_sessions) is
  'Why a captured payment may not be fulfilled without an admin; null when it may, when further parts are expected, or '
  'when there is nothing (more) to decide.';

-- sql/30-commerce/40-payments/user_of.sql

-- A plain text body: a dependency on auth.users would block Supabase's own migrations.
create function commerce.user_of(email text) returns uuid
language sql stable
security definer -- only the owner may read auth.users
set search_path = ''
as $$
  select u.id from auth.users u where lower(u.email) = lower(user_of.email) and u.email_confirmed_at is not null limit 1
$$;
comment on function commerce.user_of(text) is
  'The account with this e-mail address, if the address is confirmed; else null (a guest).';

-- sql/30-commerce/50-refunds/apply_refund.sql

create function commerce.apply_refund(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments := commerce.payment_of(provider, fact ->> 'payment_ref');
  v_status public.refund_status := fact ->> 'status';
begin
  insert into public.refunds as r (payment_id, provider, provider_ref, status, amount_minor, currency, reason)
  values (v_payment.id, apply_refund.provider, fact ->> 'provider_ref', v_status, (fact ->> 'amount_minor')::bigint,
    fact ->> 'currency', fact ->> 'reason')
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
  where excluded.status > r.status or (excluded.status = r.status and (excluded.amount_minor > r.amount_minor
    or excluded.reason > r.reason))
    or r.reason is null;
  perform commerce.refresh_payment(v_payment.id);
end
$$;
comment on function commerce.apply_refund(text, jsonb) is
  'Applies refund.updated: a refund only moves forward by rank. Parks until its payment is captured.';

-- sql/30-commerce/50-refunds/apply_refunded_total.sql

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
comment on function commerce.apply_refunded_total(text, jsonb) is
  'Applies payment.refunded: the total of refunds in the provider''s event, which only grows. Parks until the payment '
  'is captured.';

-- sql/30-commerce/50-refunds/dismiss_refund.sql

create function commerce.dismiss_refund(request_id uuid, reason text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment uuid;
begin
  delete from public.refund_requests q where q.id = dismiss_refund.request_id and q.status = 'refused'
  returning q.payment_id into v_payment;
  if not found then
    raise exception 'there is no refused refund request %', dismiss_refund.request_id
      using errcode = 'P0002', hint = 'select * from public.refund_requests where status = ''refused''';
  end if;
  perform ops.decide('commerce.dismiss_refund', v_payment::text, dismiss_refund.reason);
end
$$;
comment on function commerce.dismiss_refund(uuid, text) is
  'An admin withdraws a refund request that the provider refused: the money stays. reason: why, kept in ops.decisions '
  'with the payment''s id. Raises P0002 when there is no such request, 22023 without a reason.';

-- sql/30-commerce/50-refunds/may_refund.sql

create function commerce.may_refund(request_id uuid, out outcome text, out reason text, out provider text,
  out payment_ref text, out amount_minor bigint, out currency text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_request public.refund_requests;
  v_payment public.payments;
  v_others bigint;
begin
  select q.* into v_request from public.refund_requests q where q.id = may_refund.request_id;
  select p.* into v_payment from public.payments p where p.id = v_request.payment_id;
  -- A webhook about this very refund may be applied before the provider's response is recorded: asked again, the
  -- provider gives the same response, and checks itself what is left.
  select coalesce(sum(r.amount_minor), 0) into v_others
  from public.refunds r
  where r.payment_id = v_payment.id and r.status in ('pending', 'succeeded')
    and not (
      r.amount_minor = v_request.amount_minor and r.created_at >= v_request.created_at
      and not exists (select 1 from public.refund_requests q where q.payment_id = r.payment_id
        and q.provider_ref = r.provider_ref)
    );
  provider := v_payment.provider;
  payment_ref := v_payment.provider_ref;
  amount_minor := v_request.amount_minor;
  currency := v_request.currency;
  if v_request.id is null then
    outcome := 'refused';
    reason := format('There is no refund request %s.', may_refund.request_id);
  elsif v_request.status <> 'requested' then
    outcome := 'cancelled';
    reason := format('It is %s already.', v_request.status);
  elsif v_request.amount_minor + v_others > v_payment.amount_minor then
    outcome := 'refused';
    reason := format(
      'Meanwhile %s of %s %s (minor units) were refunded another way: request a refund of what is left.', v_others,
      v_payment.amount_minor, v_payment.currency);
  end if;
end
$$;
comment on function commerce.may_refund(uuid) is
  'Asked by the courier right before it asks the provider to refund. outcome: null, it may; cancelled, there is '
  'nothing left to do; refused, an admin should look at it. reason says why.';

-- sql/30-commerce/50-refunds/note_refund.sql

create function commerce.note_refund(request_id uuid, provider_ref text default null, error text default null)
  returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment uuid;
begin
  update public.refund_requests q
  set status = case when note_refund.provider_ref is null then 'refused' else 'sent' end::public.refund_request_status,
      provider_ref = note_refund.provider_ref, error = case when note_refund.provider_ref is null
      then note_refund.error end
  where q.id = note_refund.request_id and q.status = 'requested'
  returning q.payment_id into v_payment;
  if found then
    -- The webhook may have been applied before the response.
    perform commerce.settle_restock(commerce.lock_payment(v_payment));
  end if;
end
$$;
comment on function commerce.note_refund(uuid, text, text) is
  'The courier records the provider''s response to a refund request: its id of the refund, or why it was refused.';

-- sql/30-commerce/50-refunds/record_refund.sql

create function commerce.record_refund(payment_id uuid, amount_minor bigint, reference text, reason text default null)
  returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_left bigint;
  v_reference text := 'by hand: ' || btrim(record_refund.reference);
  v_refund uuid;
begin
  if record_refund.reason is not null then
    perform ops.check_reason('commerce.record_refund', record_refund.reason);
  end if;
  v_payment := commerce.lock_payment(record_refund.payment_id);
  v_left := commerce.refundable(v_payment.id);
  if v_left is null then
    raise exception 'nothing was captured of payment %', record_refund.payment_id using errcode = '22023',
      hint = 'There is nothing to refund.';
  elsif coalesce(btrim(record_refund.reference), '') = ''
    or strpos(record_refund.reference, '<transfer id>') > 0 then
    raise exception 'a refund by hand needs a reference' using errcode = '22023',
      hint = 'Pass the id of the transfer by which it was paid back.';
  elsif exists (select 1 from public.refunds r where r.provider = v_payment.provider and r.provider_ref = v_reference)
    then
    raise exception 'the refund % is recorded already', record_refund.reference using errcode = '23505',
      hint = 'See public.refunds.';
  elsif record_refund.amount_minor is null or record_refund.amount_minor <= 0
    or record_refund.amount_minor > v_left then
    raise exception 'of payment % can be refunded % % (minor units), not %', v_payment.id, v_left, v_payment.currency,
      record_refund.amount_minor
      using errcode = '22023', hint = 'Record what was really paid back.';
  end if;
  insert into public.refunds (payment_id, provider, provider_ref, status, amount_minor, currency, reason)
  values (v_payment.id, v_payment.provider, v_reference, 'succeeded', record_refund.amount_minor, v_payment.currency,
    record_refund.reason)
  returning id into v_refund;
  perform commerce.refresh_payment(v_payment.id);
  return v_refund;
end
$$;
comment on function commerce.record_refund(uuid, bigint, text, text) is
  'Records money that an admin has paid back by hand, where the provider cannot refund (Fapshi): select '
  'commerce.record_refund(''<payment id>'', 5000, ''<transfer id>'', ''why''). Once per reference. Raises 22023 for '
  'more than is left.';

-- sql/30-commerce/50-refunds/refundable.sql

create function commerce.refundable(payment_id uuid) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select p.amount_minor
      - greatest(p.refunded_minor, (
          select coalesce(sum(r.amount_minor), 0) from public.refunds r where r.payment_id = p.id
          and r.status in ('pending', 'succeeded')
        ))
      - (
          -- Requested, and no event about it received yet.
          select coalesce(sum(q.amount_minor), 0) from public.refund_requests q
          where q.payment_id = p.id
            and (
              q.status = 'requested'
              or (q.status = 'sent' and not exists (
                select 1 from public.refunds r where r.provider = p.provider and r.provider_ref = q.provider_ref
              ))
            )
        )
    from public.payments p
    where p.id = refundable.payment_id and p.captured_at is not null
  );
end
$$;
comment on function commerce.refundable(uuid) is
  'How much of a payment can still be refunded, in minor units: the captured amount, less refunds that succeeded, are '
  'pending, or were requested. Null: nothing was captured.';

-- sql/30-commerce/50-refunds/request_refund.sql

create function commerce.request_refund(
  payment_id uuid, amount_minor bigint default null, reason text default null, restock boolean default false,
  requested_by text default session_user
) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_left bigint;
  v_amount bigint;
  v_request uuid;
begin
  v_payment := commerce.lock_payment(request_refund.payment_id);
  if v_payment.id is null then
    raise exception 'there is no payment %', request_refund.payment_id using errcode = 'P0002',
      hint = 'Pass the id of the payment: select id from public.payments …';
  end if;
  v_left := commerce.refundable(v_payment.id);
  v_amount := coalesce(request_refund.amount_minor, v_left);
  if v_left is null then
    raise exception 'nothing was captured of payment %', v_payment.id using errcode = '22023',
      hint = 'There is nothing to refund.';
  elsif not exists (select 1 from inbox.providers p where p.name = v_payment.provider and p.can_refund) then
    raise exception '% cannot refund by its API', v_payment.provider
      using errcode = '22023', hint
      =
        'Pay it back by hand (Whop: in its dashboard, whose webhook records it; Fapshi: a payout), then '
        'commerce.record_refund.';
  elsif v_amount is null or v_amount <= 0 or v_amount > v_left then
    raise exception 'of payment % can be refunded % % (minor units), not %', v_payment.id, v_left, v_payment.currency,
      v_amount
      using errcode = '22023', hint = 'Leave amount_minor out to refund all that is left.';
  elsif request_refund.restock and v_amount < v_left then
    raise exception 'only a refund of all that is left puts the whole order back on sale'
      using errcode = '22023', hint = 'Refund without restock, then commerce.restock(<order id>, <items>).';
  end if;
  if request_refund.reason is not null then
    perform ops.check_reason('commerce.request_refund', request_refund.reason);
  end if;
  insert into public.refund_requests (payment_id, amount_minor, currency, reason, restock, requested_by)
  values (v_payment.id, v_amount, v_payment.currency, request_refund.reason, request_refund.restock,
    request_refund.requested_by)
  returning id into v_request;
  return v_request;
end
$$;
comment on function commerce.request_refund(uuid, bigint, text, boolean, text) is
  'Requests a refund: select commerce.request_refund(''<payment id>'', 1000, ''broken''). The courier asks the '
  'provider, once. amount_minor: in minor units; null: all that is left. restock: the goods go back on sale once the '
  'refund has succeeded. Returns the request''s id. Raises 22023 for more than is left.';

-- sql/30-commerce/60-orders/fulfil_services.sql

create function commerce.fulfil_services(order_id uuid) returns text
language plpgsql
set search_path = ''
as $$
declare
  v_order public.orders;
  v_item record;
  v_trouble text[] := '{}';
begin
  select o.* into v_order from public.orders o where o.id = fulfil_services.order_id for no key update;
  for v_item in
    select i.id, i.kind, i.product_id
    from public.order_items i
    where i.order_id = v_order.id and i.kind in ('cohort_seat', 'tutoring_session')
      -- Items that were sold out meanwhile are not fulfilled until commerce.settle_order finds stock.
      and exists (
        select 1 from public.stock_reservations r
        where r.checkout_session_id = v_order.checkout_session_id and r.product_id = i.product_id
          and r.starts_at is not distinct from i.starts_at and r.status = 'taken'
      )
    order by i.product_id, i.starts_at
  loop
    v_trouble := array_remove(v_trouble || case v_item.kind
      when 'cohort_seat' then learning.enrol_buyer(v_item.id)
      else tutoring.book_session(v_item.id)
    end, null);
  end loop;
  if exists (select 1 from public.order_items i where i.order_id = v_order.id and i.kind = 'credit_pack') then
    perform community.settle_credits(p) from public.payments p where p.id = v_order.payment_id;
  end if;
  return nullif(array_to_string(v_trouble, ' '), '');
end
$$;
comment on function commerce.fulfil_services(uuid) is
  'Fulfils the services of an order: enrols, books and credits; done once, however often it is called. Returns null, '
  'or a text about what an admin must settle.';

-- sql/30-commerce/60-orders/fulfillment_details.sql

create function commerce.fulfillment_details(fulfillment_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('order_number', o.number, 'email', o.email) || commerce.order_details(o.id)
    from public.fulfillments f join public.orders o on o.id = f.order_id
    where f.id = fulfillment_details.fulfillment_id
  );
end
$$;
comment on function commerce.fulfillment_details(uuid) is
  'What a message about a fulfillment holds besides its row: the recipient, the order, and its items.';

-- sql/30-commerce/60-orders/guard_fulfillment.sql

create function commerce.guard_fulfillment() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.order_id <> old.order_id then
    raise exception 'a fulfillment stays that of its order' using errcode = '23514';
  end if;
  if new.status <> old.status and (old.status, new.status) not in (
    ('pending', 'packed'), ('pending', 'shipped'), ('pending', 'cancelled'), ('packed', 'pending'),
    ('packed', 'shipped'), ('packed', 'cancelled'),
    ('shipped', 'delivered'), ('shipped', 'returned'), ('delivered', 'returned'), ('cancelled', 'pending')
  ) then
    raise exception 'a fulfillment cannot go from % to %', old.status, new.status
      using errcode = '23514', hint
      = 'pending → packed → shipped → delivered; cancelled before it was shipped, returned after.';
  end if;
  if new.status = 'pending' and old.status = 'cancelled'
    and exists (select 1 from public.orders o where o.id = new.order_id and o.status = 'refunded') then
    raise exception 'the order is refunded: there is nothing to send' using errcode = '23514';
  end if;
  if new.status <> 'cancelled' then
    new.cancelled_by_refund := false;
  end if;
  if new.status in ('shipped', 'delivered', 'returned') then
    new.shipped_at := coalesce(new.shipped_at, now());
  end if;
  if new.status = 'delivered' then
    new.delivered_at := coalesce(new.delivered_at, now());
  end if;
  return new;
end
$$;
comment on function commerce.guard_fulfillment() is
  'Row trigger: which transitions of a fulfillment are allowed, for any writer; sets when it was shipped and '
  'delivered.';

create trigger guard before update on public.fulfillments for each row execute function commerce.guard_fulfillment();

-- sql/30-commerce/60-orders/make_order.sql

create function commerce.make_order(payment public.payments, checkout public.checkout_sessions) returns uuid
language plpgsql
set search_path = ''
as $$
begin
  return (commerce.make_orders(array[payment], array[checkout]))[1];
end
$$;
comment on function commerce.make_order(public.payments, public.checkout_sessions) is
  'A captured payment makes its one order: see commerce.make_orders. Returns the order''s id.';

-- sql/30-commerce/60-orders/make_orders.sql

create function commerce.make_orders(payments public.payments[], checkouts public.checkout_sessions[])
  returns uuid[]
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_checkouts uuid[];
  v_orders uuid[];
  v_attention text[];
  v_services uuid[];
  v_order uuid;
  v_trouble text;
begin
  for i in 1 .. cardinality(checkouts) loop
    v_checkouts[i] := checkouts[i].id;
    v_orders[i] := ops.uuid7();
  end loop;
  if current_setting('signalbox.event_ids', true) <> '' then
    perform inbox.add_causes(v_orders, v_checkouts);
  end if;
  update public.checkout_sessions s set status = 'payment_completed', completed_at = now()
  where s.id = any (v_checkouts);
  v_attention := commerce.take_stocks(v_checkouts);
  for i in 1 .. cardinality(checkouts) loop
    v_attention[i] := nullif(concat_ws(' ', v_attention[i],
      case when checkouts[i].discount_code is not null then commerce.move_discount(v_checkouts[i], 'taken') end,
      commerce.recipient_trouble(checkouts[i])), '');
  end loop;

  -- One statement, so that the orders' messages already see their items.
  with given as materialized (
    select o.*, coalesce(a.tax_minor, 0) as added_tax, coalesce(a.shipping_minor, 0) as added_shipping,
      coalesce(a.discount_minor, 0) as added_discount
    from (
      select o.id, o.attention, payments[o.place] as payment, checkouts[o.place] as checkout,
        coalesce(commerce.is_explained(payments[o.place], checkouts[o.place]), false) as explained
      from unnest(v_orders, v_attention) with ordinality as o (id, attention, place)
    ) o
    left join lateral commerce.provider_adjustments(o.payment, o.checkout) a on o.explained
  ), made as (
    insert into public.orders (
      id, payment_id, checkout_session_id, user_id, email, status, total_minor, tax_minor, shipping_minor,
      discount_minor, discount_code, currency, shipping_address, recipient_name, recipient_phone, attention_reason
    )
    select g.id, (g.payment).id, (g.checkout).id, (g.checkout).user_id, (g.checkout).email,
      case when g.attention is null then 'confirmed' else 'needs_attention' end::public.order_status,
      case when g.explained then (g.payment).amount_minor else (g.checkout).total_minor end,
      (g.checkout).tax_minor + g.added_tax, (g.checkout).shipping_minor + g.added_shipping,
      (g.checkout).discount_minor + g.added_discount, (g.checkout).discount_code, (g.checkout).currency,
      (g.checkout).shipping_address, (g.checkout).recipient_name, (g.checkout).recipient_phone, g.attention
    from given g
  ), items as (
    insert into public.order_items (order_id, product_id, quantity, sku, name, unit_price_minor, kind, cohort_id,
      credits, starts_at, ships, discount_minor)
    select g.id, i.product_id, i.quantity, i.sku, i.name, i.unit_price_minor, i.kind, i.cohort_id, i.credits,
      i.starts_at, i.ships, i.discount_minor
    from given g
    -- offset 0: one look into the index for each, however small the table was when this was planned.
    cross join lateral (
      select i.* from public.checkout_items i where i.checkout_session_id = (g.checkout).id offset 0
    ) i
    returning order_items.order_id, order_items.kind, order_items.ships
  ), parcels as (
    insert into public.fulfillments (order_id, shipping_address, recipient_name, recipient_phone)
    select g.id, (g.checkout).shipping_address, (g.checkout).recipient_name, (g.checkout).recipient_phone
    from given g
    where exists (select 1 from items where items.order_id = g.id and items.kind = 'goods' and items.ships)
  )
  select array_agg(distinct items.order_id) into v_services from items where items.kind <> 'goods';
  if v_services is not null then
    foreach v_order in array v_services loop
      perform inbox.set_cause(v_order);
      v_trouble := commerce.fulfil_services(v_order);
      update public.orders o set status = 'needs_attention', attention_reason = concat_ws(' ', o.attention_reason,
        v_trouble)
      where o.id = v_order and v_trouble is not null;
    end loop;
  end if;
  return v_orders;
end
$$;
comment on function commerce.make_orders(public.payments[], public.checkout_sessions[]) is
  'Captured payments make their orders, one each: the checkouts are completed, the reserved stock taken, and each item '
  'fulfilled by its kind. When stock is missing the order needs_attention. payments and checkouts are of one length, '
  'each checkout there once; the caller holds the rows of all. Returns the orders'' ids.';

-- sql/30-commerce/60-orders/note_recipient.sql

create function commerce.note_recipient(checkout public.checkout_sessions, recipient jsonb)
  returns public.checkout_sessions
language plpgsql
set search_path = ''
as $$
declare
  v public.checkout_sessions := checkout;
  v_trouble text;
begin
  -- An address of the storefront's stands.
  if jsonb_typeof(recipient) is distinct from 'object' or checkout.shipping_countries is null then
    return checkout;
  end if;
  -- Of two that differ always the same one wins, in whatever order they arrive.
  if (recipient -> 'address')::text is not null and jsonb_typeof(recipient -> 'address') = 'object'
    and ((recipient -> 'address')::text, coalesce(recipient ->> 'name', ''))
      > (coalesce(v.shipping_address::text, ''), coalesce(v.recipient_name, '')) then
    v.shipping_address := recipient -> 'address';
    v.recipient_name := recipient ->> 'name';
  end if;
  v.recipient_phone := greatest(v.recipient_phone, recipient ->> 'phone');
  if (v.shipping_address, v.recipient_name, v.recipient_phone) is not distinct from
    (checkout.shipping_address, checkout.recipient_name, checkout.recipient_phone) then
    return checkout;
  end if;

  update public.checkout_sessions s
  set shipping_address = v.shipping_address, recipient_name = v.recipient_name, recipient_phone = v.recipient_phone
  where s.id = v.id;
  v_trouble := commerce.recipient_trouble(v);
  update public.orders o
  set shipping_address = v.shipping_address, recipient_name = v.recipient_name, recipient_phone = v.recipient_phone,
    status = case when v_trouble is not null and o.status = 'confirmed' then 'needs_attention' else o.status end,
    attention_reason = nullif(concat_ws(' ', o.attention_reason, v_trouble), '')
  where o.checkout_session_id = v.id;
  update public.fulfillments f
  set shipping_address = v.shipping_address, recipient_name = v.recipient_name, recipient_phone = v.recipient_phone
  from public.orders o
  where o.checkout_session_id = v.id and f.order_id = o.id and f.status in ('pending', 'packed');
  return v;
end
$$;
comment on function commerce.note_recipient(public.checkout_sessions, jsonb) is
  'A provider''s page asked the buyer for the address ({address, name, phone}): keeps it in the checkout, and in its '
  'order and parcel if they are made. Returns the checkout. The caller holds its row.';

-- sql/30-commerce/60-orders/order_details.sql

create function commerce.order_details(order_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'items',
      coalesce(
        jsonb_agg(jsonb_build_object('sku', i.sku, 'name', i.name, 'quantity', i.quantity, 'unit_price_minor',
          i.unit_price_minor, 'discount_minor', i.discount_minor) order by i.sku),
        '[]'
      )
    )
    from public.order_items i
    where i.order_id = order_details.order_id
  );
end
$$;
comment on function commerce.order_details(uuid) is
  'What a message about an order holds besides its row: the items, so that a receiver need not ask back.';

-- sql/30-commerce/60-orders/recipient_trouble.sql

create function commerce.recipient_trouble(checkout public.checkout_sessions) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  if (checkout.shipping_address ->> 'country') <> all (checkout.shipping_countries) then
    return format(
      'It goes to %s, and shipping was paid for %s. Ask the buyer for the difference, refund it, or settle it.',
      checkout.shipping_address ->> 'country', array_to_string(checkout.shipping_countries, ', ')
    );
  end if;
  return null;
end
$$;
comment on function commerce.recipient_trouble(public.checkout_sessions) is
  'Null, or a text about a buyer who chose an address on the provider''s page in a country that shipping was not '
  'priced for.';

-- sql/30-commerce/60-orders/settle_order.sql

create function commerce.settle_order(order_id uuid, without_stock boolean default false, reason text default null)
  returns void
language plpgsql
set search_path = ''
as $$
declare
  v_order public.orders;
  v_missing text;
begin
  perform commerce.lock_payment(o.payment_id) from public.orders o where o.id = settle_order.order_id;
  select o.* into v_order from public.orders o where o.id = settle_order.order_id
    and o.attention_reason is not null for no key update;
  if not found then
    raise exception 'order % does not need attention', settle_order.order_id
      using hint = 'select * from public.orders where status = ''needs_attention''';
  end if;
  update public.orders o
  set attention_reason = null, status = case when o.status = 'needs_attention' then 'confirmed' else o.status end
  where o.id = v_order.id;
  if v_order.status = 'refunded' then
    return;
  end if;

  perform commerce.settle_services(v_order.id, refunded => false);
  select o.attention_reason into v_missing from public.orders o where o.id = v_order.id;
  if v_missing is null then
    return;
  elsif not settle_order.without_stock then
    raise exception 'it still cannot be fulfilled: %', v_missing
      using
      hint
        =
        'Raise products.stock (a cohort''s capacity) first; or pass without_stock => true, and a reason, when the '
        'buyer was informed, or gets it another way.';
  end if;
  perform ops.decide('commerce.settle_order', v_order.id::text,
    coalesce(settle_order.reason, 'no reason given'));
  update public.order_items i set settled_without_stock = true where i.order_id = v_order.id;
  update public.orders o set attention_reason = null, status = 'confirmed' where o.id = v_order.id;
end
$$;
comment on function commerce.settle_order(uuid, boolean, text) is
  'An admin has settled what an order needed attention for: select commerce.settle_order(''<id>''). Takes the stock '
  'and seats that became available meanwhile; without_stock: settled all the same, for a reason that is kept in '
  'ops.decisions; it may be left out, and raises 22023 when it is blank or a remedy''s <why>.';

-- sql/30-commerce/60-orders/settle_services.sql

create function commerce.settle_services(order_id uuid, refunded boolean) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_order public.orders;
  v_missing text;
begin
  if settle_services.refunded then
    update public.fulfillments f set status = 'cancelled', cancelled_by_refund = true
    where f.order_id = settle_services.order_id and f.status in ('pending', 'packed');
    perform learning.settle_enrolments(settle_services.order_id, true);
    perform tutoring.settle_bookings(settle_services.order_id, true);
    return;
  end if;

  -- What was cancelled may have been sold to others meanwhile.
  perform commerce.lock_seats(array[o.checkout_session_id]) from public.orders o where o.id = settle_services.order_id;
  perform 1
  from public.products p
  where p.id in (select i.product_id from public.order_items i where i.order_id = settle_services.order_id)
  order by p.id
  for no key update;
  perform learning.settle_enrolments(settle_services.order_id, false);
  perform tutoring.settle_bookings(settle_services.order_id, false);
  select o.* into v_order from public.orders o where o.id = settle_services.order_id;
  if v_order.attention_reason is null then
    -- An item that was missing when it was paid, and was settled by the refund, is missing again.
    v_missing := concat_ws(' ', commerce.take_stock(v_order.checkout_session_id), commerce.fulfil_services(v_order.id));
  end if;
  v_missing := concat_ws(' ', nullif(v_missing, ''), commerce.unrestock(v_order.id));
  update public.fulfillments f set status = 'pending'
  where f.order_id = v_order.id and f.cancelled_by_refund
    and not exists (select 1 from public.order_items i where i.order_id = v_order.id and i.restocked > 0);
  if v_missing <> '' then
    update public.orders o set status = 'needs_attention', attention_reason = concat_ws(' ', o.attention_reason,
      v_missing)
    where o.id = v_order.id;
  end if;
end
$$;
comment on function commerce.settle_services(uuid, boolean) is
  'An order was refunded in full, or that refund failed after all: what was not sent, not begun and not held yet is '
  'cancelled, or reinstated; what cannot be reinstated needs attention. Credits: community.settle_credits. Goods go '
  'back on sale by choice: commerce.restock.';

-- sql/30-commerce/60-orders/sync_order.sql

create function commerce.sync_order(payment public.payments) returns void
language plpgsql
set search_path = ''
as $$
begin
  if payment.subtotal_minor is null then
    return;
  end if;
  update public.orders o
  set tax_minor = s.tax_minor + a.tax_minor, shipping_minor = s.shipping_minor + a.shipping_minor,
    discount_minor = s.discount_minor + a.discount_minor
  from public.checkout_sessions s, commerce.provider_adjustments(payment, s) a
  where o.payment_id = payment.id and s.id = o.checkout_session_id and commerce.is_explained(payment, s)
    and o.total_minor = payment.amount_minor
    and (o.tax_minor, o.shipping_minor, o.discount_minor) is distinct from
      (s.tax_minor + a.tax_minor, s.shipping_minor + a.shipping_minor, s.discount_minor + a.discount_minor);
end
$$;
comment on function commerce.sync_order(public.payments) is
  'Copies into an order what its provider reported later about its total: tax that the prices contain, for example.';

-- sql/30-commerce/70-catalog/apply_product.sql

create function commerce.apply_product(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v jsonb := inbox.newest(provider, 'product/' || (fact ->> 'provider_ref'), event_id, fact);
begin
  update public.products p
  set name = v ->> 'name', description = v ->> 'description', active = (v ->> 'active')::boolean,
      as_of = (v ->> 'occurred_at')::timestamptz, as_of_event = v ->> 'event_id'
  where p.sku = v ->> 'sku' and (p.as_of is null or (v ->> 'occurred_at')::timestamptz >= p.as_of);
end
$$;
comment on function commerce.apply_product(text, text, jsonb) is
  'Applies product.updated to our product of that sku: name, description, on sale or not; never price or stock. The '
  'latest event wins; for events of one time inbox.latest_of decides. One that names no sku of ours changes nothing.';

-- sql/30-commerce/70-catalog/availability.sql

create function commerce.availability(product_id uuid) returns table (level text, remaining bigint)
language plpgsql stable
security definer -- readers of the catalogue see whether there are any, and not how many
set search_path = ''
as $$
declare
  v record;
  v_left bigint;
  v_few integer;
begin
  select p.stock, p.cohort_id, p.show_count, p.active into v from public.products p
  where p.id = availability.product_id;
  if not found then
    return;
  end if;
  v_left := least(v.stock, case when v.cohort_id is not null then learning.free_seats(v.cohort_id) end);
  select s.few_left into v_few from commerce.settings s;
  return query select
    case when v_left is null or v_left > v_few then 'available' when v_left > 0 then 'few' else 'none' end,
    case when v.show_count and v_left is not null then greatest(v_left, 0) end;
end
$$;
comment on function commerce.availability(uuid) is
  'Whether a product can be bought now: available, few (at most commerce.settings.few_left) or none, by its stock and, '
  'of a seat, by the free seats of its cohort; what unpaid checkouts hold is not free. remaining: how many, where '
  'products.show_count says so; null where it does not, and for what is not counted. A tutor''s time is not looked at.';

-- sql/30-commerce/70-catalog/catalog_state.sql

create function commerce.catalog_state(skus jsonb) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'sku', s.sku, 'known', p.id is not null, 'version', p.version, 'own_version', p.catalog_versions -> 'all',
        'stock', p.stock,
        'stock_version', p.stock_version, 'active', p.active
      ) order by s.position), '[]')
    from (select e.value as sku, min(e.ordinality) as position from jsonb_array_elements_text(skus) with ordinality e
      group by 1) s
    left join public.products p on p.sku = s.sku
  );
end
$$;
comment on function commerce.catalog_state(jsonb) is
  'The current state of these products, in the order in which they are named, each once: the response of '
  'functions/catalog, so that a writer knows what to base the next write on. own_version: our own last change; a write '
  'that is not above it lost.';

-- sql/30-commerce/70-catalog/link_tutor.sql

create function commerce.link_tutor() returns trigger
language plpgsql
security definer -- an admin who adds a product over the Data API may not read tutors' addresses
set search_path = ''
as $$
begin
  new.tutor_id := null;
  if new.tutor_email is not null then
    insert into public.tutors (email) values (lower(new.tutor_email)) on conflict (email) do nothing;
    new.tutor_id := (select t.id from public.tutors t where t.email = lower(new.tutor_email));
  end if;
  return new;
end
$$;
comment on function commerce.link_tutor() is
  'Keeps products.tutor_id in step with tutor_email, and adds the tutor when there is none yet.';
create trigger link_tutor before insert or update on public.products for each row execute function
  commerce.link_tutor();

-- sql/30-commerce/70-catalog/product_availability.sql

create view public.product_availability with (security_invoker = on) as
select p.id as product_id, p.sku, p.cohort_id, a.level, a.remaining
from public.products p
cross join lateral commerce.availability(p.id) a;
comment on view public.product_availability is
  'What of the catalogue can be bought now, for pages: level is available, few or none; remaining is how many are '
  'left, for products with show_count, else null.';
comment on column public.product_availability.level is
  'available; few: at most commerce.settings.few_left; none: sold out, or all held by unpaid checkouts.';
comment on column public.product_availability.remaining is
  'How many are left. Null: the shop does not show it (products.show_count), or it is not counted.';

-- sql/30-commerce/70-catalog/receive_stock.sql

create function commerce.receive_stock(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_product public.products;
begin
  select p.* into v_product from public.products p where p.sku = fact ->> 'sku' for no key update;
  if not found then
    perform inbox.park(receive_stock.provider || '/product/' || (fact ->> 'sku'),
      format('There is no product %s yet.', fact ->> 'sku'));
  end if;
  if exists (
    select 1 from public.stock_movements m where m.provider = receive_stock.provider
    and m.provider_ref = fact ->> 'provider_ref'
  ) then
    return;
  end if;
  if not commerce.move_stock(
    v_product.id, (fact ->> 'change')::integer, 'moved', provider => receive_stock.provider,
    provider_ref => fact ->> 'provider_ref',
    note => fact ->> 'reason'
  ) then
    -- A movement may have been received before and wait for this product: then it is retried.
    perform inbox.park(
      receive_stock.provider || '/product/' || v_product.sku,
      format(
        '%s of %s are to be removed, and only %s can be sold; it waits for more. If they are gone all the same, cancel '
        'orders or reservations.',
        -(fact ->> 'change')::integer, v_product.sku, v_product.stock)
    );
  end if;
end
$$;
comment on function commerce.receive_stock(text, jsonb) is
  'Applies stock.moved, each movement once by its id. Never below 0: a movement that would go below waits until there '
  'is enough, and is shown in ops.attention after an hour. Changes nothing for a product without counted stock.';

-- sql/30-commerce/70-catalog/set_product.sql

create function commerce.set_product(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_sku text := fact ->> 'sku';
  v_version bigint := fact ->> 'version';
  v_parts text[] := array(select p.part from unnest('{name,description,price_minor,active}'::text[]) as p (part)
    where fact ? p.part);
  v_product public.products;
begin
  select p.* into v_product from public.products p where p.sku = v_sku for no key update;
  if not found and fact ?& '{name,price_minor,currency}' then
    -- Nothing of it can be sold until its stock is set.
    insert into public.products (sku, name, description, price_minor, currency, active, stock, version, stock_version,
      catalog_versions)
    values (
      v_sku, fact ->> 'name', fact ->> 'description', (fact ->> 'price_minor')::bigint, fact ->> 'currency',
      coalesce((fact ->> 'active')::boolean, true), 0, v_version, 0,
      (select '{"all": 0}' || jsonb_object_agg(p.part, v_version) from unnest(v_parts) as p (part))
    )
    on conflict on constraint a_sku_names_one_product do nothing;
    if found then
      return;
    end if;
    -- Another transaction created it at the same time.
    select p.* into v_product from public.products p where p.sku = v_sku for no key update;
  end if;
  if v_product.id is null then
    perform inbox.park(
      set_product.provider || '/product/' || v_sku,
      format(
        'There is no product %s yet; it is created as soon as its name, price_minor and currency are received.', v_sku)
    );
  end if;

  v_parts := array(
    select p.part
    from unnest(v_parts) as p (part)
    where v_version > greatest((v_product.catalog_versions ->> 'all')::bigint,
      (v_product.catalog_versions ->> p.part)::bigint)
  );
  if v_parts = '{}' then
    return;
  end if;
  update public.products p
  set name = case when 'name' = any (v_parts) then fact ->> 'name' else p.name end,
      description = case when 'description' = any (v_parts) then fact ->> 'description' else p.description end,
      price_minor = case when 'price_minor' = any (v_parts) then (fact ->> 'price_minor')::bigint
        else p.price_minor end,
      currency = case when 'price_minor' = any (v_parts) then fact ->> 'currency' else p.currency end,
      active = case when 'active' = any (v_parts) then (fact ->> 'active')::boolean else p.active end,
      version = greatest(p.version, v_version),
      catalog_versions = p.catalog_versions || (select jsonb_object_agg(n.part, v_version)
        from unnest(v_parts) as n (part))
  where p.id = v_product.id;
end
$$;
comment on function commerce.set_product(text, jsonb) is
  'Applies product.set: the higher version wins, part by part, in any order; a write that is not above our own last '
  'change was made without knowing it, and changes nothing. An unknown sku becomes a product (goods, none in stock) '
  'once its name, price and currency are set, and waits until then.';

-- sql/30-commerce/70-catalog/set_stock.sql

create function commerce.set_stock(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_product public.products;
begin
  select p.* into v_product from public.products p where p.sku = fact ->> 'sku' for no key update;
  if not found then
    perform inbox.park(set_stock.provider || '/product/' || (fact ->> 'sku'),
      format('There is no product %s yet.', fact ->> 'sku'));
  end if;
  if (fact ->> 'version')::bigint > v_product.stock_version then
    perform commerce.move_stock(
      v_product.id, (fact ->> 'stock')::integer - coalesce(v_product.stock, 0), 'counted',
      note => set_stock.provider || ' ' || set_stock.event_id, stock_version => (fact ->> 'version')::bigint
    );
  end if;
end
$$;
comment on function commerce.set_stock(text, text, jsonb) is
  'Applies stock.set: the counted stock of a product replaces ours, if its version is higher than that of our stock. A '
  'sale or a reservation that the counter did not know raises our version: the count then changes nothing, and nothing '
  'that is held is sold twice.';

-- sql/40-learning/00-schema.sql

create schema learning;
comment on schema learning is 'The rules about cohorts, enrolments, questions and tickets. The tables are in public.';

create type public.enrollment_status as enum ('active', 'completed', 'cancelled');
comment on type public.enrollment_status is
  'active: has a seat. completed: the course is over; the seat stays taken. cancelled: the seat is free again.';

create type public.appointment_status as enum ('requested', 'confirmed', 'cancelled', 'completed');
comment on type public.appointment_status is
  'requested: the student asks for it. confirmed: it will take place. cancelled: it will not. completed: it took '
  'place.';

create type public.ticket_status as enum ('open', 'waiting', 'closed');
comment on type public.ticket_status is 'open: an admin should answer. waiting: waits for the customer. closed: done.';

create type public.ticket_priority as enum ('low', 'normal', 'high', 'urgent');
comment on type public.ticket_priority is 'How soon a ticket must be answered; an admin decides.';

create type public.written_by as enum ('app', 'email');
comment on type public.written_by is
  'How it was written: in an app or the console, or by e-mail (received through make.com).';

-- sql/40-learning/05-access/attends.sql

create function learning.attends(cohort_id uuid) returns boolean
language plpgsql stable
security definer -- see learning.teaches
set search_path = ''
as $$
begin
  return exists (
    select 1 from public.enrollments e
    where e.cohort_id = attends.cohort_id
      and e.status <> 'cancelled'
      and (e.user_id = auth.uid() or (e.user_id is null and e.email = ops.my_email()))
  );
end
$$;
comment on function learning.attends(uuid) is
  'Whether the caller has a seat in a cohort: by account, or by confirmed address where the enrollment names no '
  'account. For policies.';

-- sql/40-learning/05-access/clean_name.sql

create function learning.clean_name(name text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  -- People choose it themselves: it must not claim a role, as in "Amina (staff)".
  name := regexp_replace(
    name, '[(\[{<][^)\]}>]*[)\]}>]?|\m(staff|admin|administrator|moderator|support team|instructor|tutor)\M', '', 'gi'
  );
  return left(substring(regexp_replace(name, '\s+', ' ', 'g') from '\S(?:.*\S)?'), 100);
end
$$;
comment on function learning.clean_name(text) is
  'A name without roles, brackets and needless spaces, at most 100 characters. Null: nothing is left.';

-- sql/40-learning/05-access/known_people.sql

create function learning.known_people() returns table (user_id uuid)
language plpgsql stable
security definer -- the caller may not read others' seats and sessions
set search_path = ''
as $$
declare
  v_me uuid := auth.uid();
  v_email text := ops.my_email();
begin
  if v_me is null then
    return;
  end if;
  return query
  with mine as (
    select e.cohort_id from public.enrollments e
    where e.status <> 'cancelled' and (e.user_id = v_me or (e.user_id is null and e.email = v_email))
    union
    select i.cohort_id from public.cohort_instructors i where i.user_id = v_me
  )
  select e.user_id from public.enrollments e
  where e.cohort_id in (select m.cohort_id from mine m) and e.status <> 'cancelled' and e.user_id is not null
  union
  select i.user_id from public.cohort_instructors i where i.cohort_id in (select m.cohort_id from mine m)
  union
  select s.student_user_id from public.tutoring_sessions s
  where s.status <> 'cancelled' and s.student_user_id is not null
    and (s.tutor_user_id = v_me or (s.tutor_user_id is null and s.tutor_email = v_email))
  union
  select s.tutor_user_id from public.tutoring_sessions s
  where s.status <> 'cancelled' and s.tutor_user_id is not null
    and (s.student_user_id = v_me or (s.student_user_id is null and s.student_email = v_email));
end
$$;
comment on function learning.known_people() is
  'The accounts whose profiles the caller may read: members and instructors of the cohorts that the caller attends or '
  'teaches, and the caller''s tutors and students. Cancelled seats and sessions count for nothing. For policies.';

-- sql/40-learning/05-access/my_name.sql

create function learning.my_name() returns text
language plpgsql stable
security definer -- only the owner may read auth.users
set search_path = ''
as $$
begin
  return (
    select left(coalesce(
      learning.clean_name(p.name),
      learning.clean_name(coalesce(substring(u.raw_user_meta_data ->> 'full_name' from '\S.*'),
        u.raw_user_meta_data ->> 'name')),
      split_part(case when u.email_confirmed_at is not null then u.email end, '@', 1),
      'Somebody'
    ), 100)
    from (select auth.uid() as id) me
    left join auth.users u on u.id = me.id
    left join public.profiles p on p.user_id = me.id
  );
end
$$;
comment on function learning.my_name() is
  'The name of the signed-in account: that of its profile, else the one it chose at sign-up, both without roles and '
  'brackets; else the first part of its confirmed address; else Somebody.';

-- sql/40-learning/05-access/teaches.sql

create function learning.teaches(cohort_id uuid) returns boolean
language plpgsql stable
-- security definer: policies of cohort_instructors, and of tables that depend on it, call it; without it they would
-- recurse without end
security definer
set search_path = ''
as $$
begin
  return exists (select 1 from public.cohort_instructors i where i.cohort_id = teaches.cohort_id
    and i.user_id = auth.uid());
end
$$;
comment on function learning.teaches(uuid) is 'Whether the caller is an instructor of a cohort. For policies.';

-- sql/40-learning/10-tables/10-cohorts.sql

create table public.cohorts (
  id uuid primary key default ops.uuid7(),
  name text not null,
  description text,
  capacity integer not null,
  starts_at timestamptz,
  ends_at timestamptz,
  published boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_name_is_not_blank check (name ~ '\S' and length(name) <= 200),
  constraint a_description_is_short check (length(description) <= 20000),
  constraint a_capacity_is_not_negative check (capacity >= 0),
  constraint a_cohort_ends_after_it_starts check (ends_at > starts_at)
);

alter table public.cohorts enable row level security;
create policy "everybody reads published cohorts" on public.cohorts for select to anon using (published);
create policy "people read published cohorts and their own, admins all" on public.cohorts for select to authenticated
  using (published or (select ops.is_admin()) or learning.teaches(id) or learning.attends(id));
create policy "admins add cohorts" on public.cohorts for insert to authenticated with check ((select ops.is_admin()));
create policy "admins change cohorts" on public.cohorts for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.cohorts for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.cohorts for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.cohorts for each statement execute function
  outbox.refuse_truncate();

alter table public.products add constraint a_seat_is_of_a_cohort foreign key (cohort_id) references public.cohorts (id);
create index products_by_cohort on public.products (cohort_id);
alter table public.checkout_items add constraint a_seat_is_of_a_cohort foreign key (cohort_id)
  references public.cohorts (id);
create index checkout_items_by_cohort on public.checkout_items (cohort_id);
alter table public.order_items add constraint a_seat_is_of_a_cohort foreign key (cohort_id)
  references public.cohorts (id);
create index order_items_by_cohort on public.order_items (cohort_id);
alter table public.stock_reservations add constraint seats_are_of_a_cohort foreign key (cohort_id)
  references public.cohorts (id);
create index stock_reservations_by_cohort on public.stock_reservations (cohort_id);

comment on table public.cohorts is
  'Groups of students that take a course together. Their seats are sold by products of kind cohort_seat, or given by '
  'an admin (enrollments).';
comment on column public.cohorts.capacity is
  'How many students may have a seat. How many are free: learning.free_seats.';
comment on column public.cohorts.published is 'Whether everyone sees it; its students and instructors always do.';

-- sql/40-learning/10-tables/11-cohort_instructors.sql

create table public.cohort_instructors (
  cohort_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),

  primary key (cohort_id, user_id),
  constraint an_instructor_is_of_a_cohort foreign key (cohort_id) references public.cohorts (id) on delete cascade
);
create index cohort_instructors_by_user on public.cohort_instructors (user_id);

alter table public.cohort_instructors enable row level security;
create policy "people read who teaches them, admins all" on public.cohort_instructors for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()) or learning.attends(cohort_id));
create policy "admins appoint instructors" on public.cohort_instructors for insert to authenticated with
  check ((select ops.is_admin()));
create policy "admins dismiss instructors" on public.cohort_instructors for delete to authenticated
  using ((select ops.is_admin()));

comment on table public.cohort_instructors is
  'The instructors of a cohort: they see its students, answer their questions, write to them.';
comment on column public.cohort_instructors.user_id is 'The account (auth.users).';

-- sql/40-learning/10-tables/12-enrollments.sql

create table public.enrollments (
  id uuid primary key default ops.uuid7(),
  cohort_id uuid not null,
  email text not null,
  user_id uuid,
  status public.enrollment_status not null default 'active',
  order_item_id uuid,
  cancelled_by_refund boolean not null default false,
  note text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_person_enrols_once_in_a_cohort unique (cohort_id, email),
  constraint an_enrollment_is_in_a_cohort foreign key (cohort_id) references public.cohorts (id),
  constraint an_enrollment_may_be_bought foreign key (order_item_id) references public.order_items (id),
  constraint an_address_is_lower_case check (email = lower(email)),
  constraint an_address_is_short check (length(email) <= 320),
  constraint a_note_is_short check (length(note) <= 2000),
  constraint only_what_is_cancelled_was_cancelled_by_a_refund check (not cancelled_by_refund or status = 'cancelled')
);
create index enrollments_by_user on public.enrollments (user_id);
create index enrollments_by_email on public.enrollments (email);
create index enrollments_by_order_item on public.enrollments (order_item_id);

alter table public.enrollments enable row level security;
create policy "people read their own and their cohorts' seats, admins all"
  on public.enrollments for select to authenticated
  using (
    user_id = (select auth.uid())
    or (user_id is null and email = (select ops.my_email()))
    or (select ops.is_admin())
    or learning.teaches(cohort_id)
  );
create policy "admins enrol" on public.enrollments for insert to authenticated with check ((select ops.is_admin()));
create policy "admins change enrollments" on public.enrollments for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.enrollments for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.enrollments
for each row execute function outbox.capture_change('learning.enrollment_details');
create trigger refuse_truncate before truncate on public.enrollments for each statement execute function
  outbox.refuse_truncate();

comment on table public.enrollments is
  'Seats in cohorts: bought (learning.enrol_buyer, the only way a payment enrols), or given by an admin, who inserts a '
  'row. One per person and cohort.';
comment on column public.enrollments.email is 'The student''s address, in lower case.';
comment on column public.enrollments.user_id is 'The account. Null: the one with this address, once it is confirmed.';
comment on column public.enrollments.order_item_id is 'The order item that bought it. Null: an admin gave it.';
comment on column public.enrollments.cancelled_by_refund is
  'Its order was refunded. If that refund fails, it is active again when a seat is free.';
comment on column public.enrollments.note is 'Visible to the student and the cohort''s instructors.';

-- sql/40-learning/10-tables/13-appointments.sql

create table public.appointments (
  id uuid primary key default ops.uuid7(),
  user_id uuid,
  email text,
  instructor_user_id uuid,
  cohort_id uuid,
  title text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status public.appointment_status not null default 'requested',
  meet_link text,
  calendar_event_id text,
  calendar_as_of jsonb not null default '{}',
  cancelled_by_calendar boolean not null default false,
  note text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint an_appointment_may_be_of_a_cohort foreign key (cohort_id) references public.cohorts (id),
  constraint a_calendar_names_an_appointment_once unique (calendar_event_id),
  constraint an_appointment_is_somebodys check (num_nonnulls(user_id, email) > 0),
  constraint an_address_is_lower_case check (email = lower(email) and length(email) <= 320),
  constraint a_title_is_not_blank check (title ~ '\S' and length(title) <= 200),
  constraint an_appointment_ends_after_it_starts check (ends_at > starts_at),
  constraint a_link_is_https check (meet_link ~ '^https://[^/]' and length(meet_link) <= 2000),
  constraint a_calendars_id_is_short check (length(calendar_event_id) <= 1024),
  constraint a_note_is_short check (length(note) <= 2000)
);
create index appointments_by_user on public.appointments (user_id);
create index appointments_by_email on public.appointments (email);
create index appointments_by_instructor on public.appointments (instructor_user_id);
create index appointments_by_cohort on public.appointments (cohort_id);

alter table public.appointments enable row level security;
create policy "people read their own appointments, admins all" on public.appointments for select to authenticated
  using (
    user_id = (select auth.uid())
    or (user_id is null and email = (select ops.my_email()))
    or instructor_user_id = (select auth.uid())
    or (select ops.is_admin())
    or learning.teaches(cohort_id)
  );
create policy "students ask for appointments, admins arrange any" on public.appointments for insert to authenticated
  with check (
    (select ops.is_admin())
    or (
      user_id = (select auth.uid())
      and email is not distinct from (select ops.my_email())
      and status = 'requested'
      and num_nonnulls(instructor_user_id, meet_link, calendar_event_id) = 0
      and (cohort_id is null or learning.attends(cohort_id))
    )
  );
-- learning.guard_appointment decides who may change which column.
create policy "people change their own appointments, admins all" on public.appointments for update to authenticated
  using (
    user_id = (select auth.uid())
    or (user_id is null and email = (select ops.my_email()))
    -- A dismissed instructor can still read existing appointments, but not change them.
    or (instructor_user_id = (select auth.uid()) and cohort_id is null)
    or (select ops.is_admin())
    or learning.teaches(cohort_id)
  );

create trigger touch before update on public.appointments for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.appointments
for each row execute function outbox.capture_change('learning.appointment_details');
create trigger enforce_quota before insert on public.appointments for each row execute function ops.enforce_quota();
create trigger refuse_truncate before truncate on public.appointments for each statement execute function
  outbox.refuse_truncate();

comment on table public.appointments is
  'Appointments of a student with an instructor. A student requests one and may cancel it; an instructor of the '
  'cohort, or an admin, confirms, moves and completes it. Paid tutoring: tutoring_sessions.';
comment on column public.appointments.user_id is
  'The student''s account. Null: the one with the address email, once it is confirmed.';
comment on column public.appointments.email is 'The student''s address, in lower case.';
comment on column public.appointments.instructor_user_id is
  'The instructor. Null: none yet; the instructor who confirms it takes it.';
comment on column public.appointments.cohort_id is
  'The cohort; its instructors see the appointment. Null: it is for the admins.';
comment on column public.appointments.calendar_event_id is
  'Its id in the calendar; a change in the calendar finds it by this id.';
comment on column public.appointments.calendar_as_of is
  'For each part the time of the calendar''s latest change, and the id of its event: an older event is not applied.';
comment on column public.appointments.cancelled_by_calendar is
  'It was cancelled in the calendar: if it is confirmed there again, it takes place after all.';
comment on column public.appointments.note is 'Visible to the student and the instructor.';

-- sql/40-learning/10-tables/14-student_questions.sql

create table public.student_questions (
  id uuid primary key default ops.uuid7(),
  user_id uuid default auth.uid(),
  email text default ops.my_email(),
  cohort_id uuid,
  subject text,
  question text,
  answer text,
  answered_at timestamptz,
  answered_by uuid,
  answer_source public.written_by,
  as_of timestamptz,
  as_of_event text,
  edited_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_question_may_be_of_a_cohort foreign key (cohort_id) references public.cohorts (id),
  constraint a_question_is_somebodys check (num_nonnulls(user_id, email) > 0),
  constraint an_address_is_lower_case check (email = lower(email) and length(email) <= 320),
  constraint a_subject_is_not_blank check (subject ~ '\S' and length(subject) <= 200),
  constraint a_question_is_not_blank check (question ~ '\S' and length(question) <= 20000),
  constraint what_is_not_deleted_has_its_text 
    check (num_nulls(subject, question) = case when deleted_at is null then 0 else 2 end),
  constraint an_answer_is_not_blank check (answer ~ '\S' and length(answer) <= 20000),
  constraint an_answer_says_when_and_how check (num_nonnulls(answer, answered_at, answer_source) in (0, 3)),
  constraint only_an_answer_is_somebodys check (answered_by is null or answer is not null)
);
create index student_questions_by_user on public.student_questions (user_id);
create index student_questions_by_email on public.student_questions (email);
create index student_questions_by_cohort on public.student_questions (cohort_id);
create index student_questions_unanswered on public.student_questions (created_at) where answer is null
  and deleted_at is null;

alter table public.student_questions enable row level security;
create policy "people read their own and their cohorts' questions, admins all"
  on public.student_questions for select to authenticated
  using (
    user_id = (select auth.uid())
    or (user_id is null and email = (select ops.my_email()))
    or (select ops.is_admin())
    or learning.teaches(cohort_id)
  );
-- Only cohort_id, subject and question are granted (sql/90-grants): the defaults set the owner.
create policy "students ask in their cohorts, and in none" on public.student_questions for insert to authenticated
  with check (user_id = (select auth.uid()) and (cohort_id is null or learning.attends(cohort_id)));
-- learning.guard_question decides who may change which column.
create policy "students change their own questions, instructors answer, admins all" on public.student_questions
  for update to authenticated
  using (
    user_id = (select auth.uid())
    or (user_id is null and email = (select ops.my_email()))
    or (select ops.is_admin())
    or learning.teaches(cohort_id)
  );

create trigger touch before update on public.student_questions for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.student_questions
for each row execute function outbox.capture_change('learning.question_details');
create trigger enforce_quota before insert on public.student_questions for each row execute function
  ops.enforce_quota();
create trigger refuse_truncate before truncate on public.student_questions for each statement execute function
  outbox.refuse_truncate();

comment on table public.student_questions is
  'Questions of students, and the answers. An instructor of the cohort answers, or an admin. The student changes a '
  'question until it is answered, and deletes it at any time: update with deleted_at.';
comment on column public.student_questions.user_id is
  'The account that asked. Null: the account with the address email, once it is confirmed.';
comment on column public.student_questions.email is
  'The confirmed address of the student, in lower case. The answer is also sent there.';
comment on column public.student_questions.cohort_id is
  'The cohort; its instructors answer the question. Null: it is for the admins.';
comment on column public.student_questions.answered_at is
  'When the answer was written or last changed (learning.stamp_answer).';
comment on column public.student_questions.answered_by is
  'The account that answered. Null: the answer came by e-mail, from an address without an account.';
comment on column public.student_questions.as_of is
  'When the answering e-mail was written; an older one is not applied.';
comment on column public.student_questions.as_of_event is 'The id of the event of that e-mail.';
comment on column public.student_questions.edited_at is
  'When the student last changed it. What it said before: text_versions. Null: never.';
comment on column public.student_questions.deleted_at is
  'When it was deleted: subject and question are null then. What it said: text_versions. Null: it is not deleted.';

-- sql/40-learning/10-tables/15-support_tickets.sql

create table public.support_tickets (
  id uuid primary key default ops.uuid7(),
  number bigint generated always as identity (start with 1001),
  user_id uuid default auth.uid(),
  email text default ops.my_email(),
  subject text not null,
  body text not null,
  status public.ticket_status not null default 'open',
  priority public.ticket_priority not null default 'normal',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_number_names_one_ticket unique (number),
  constraint a_ticket_is_somebodys check (num_nonnulls(user_id, email) > 0),
  constraint an_address_is_lower_case check (email = lower(email) and length(email) <= 320),
  constraint a_subject_is_not_blank check (subject ~ '\S' and length(subject) <= 200),
  constraint a_body_is_not_blank check (body ~ '\S' and length(body) <= 20000)
);
create index support_tickets_by_user on public.support_tickets (user_id);
create index support_tickets_by_email on public.support_tickets (email);
create index support_tickets_under_way on public.support_tickets (created_at) where status <> 'closed';

alter table public.support_tickets enable row level security;
create policy "people read their own tickets, admins all" on public.support_tickets for select to authenticated
  using (user_id = (select auth.uid()) or (user_id is null and email = (select ops.my_email()))
    or (select ops.is_admin()));
-- Only subject and body are granted (sql/90-grants): the defaults set the owner.
create policy "people open tickets of their own" on public.support_tickets for insert to authenticated with
  check (user_id = (select auth.uid()));
-- Only status and priority are granted; learning.guard_ticket checks the rest.
create policy "people close their own tickets, admins move all" on public.support_tickets for update to authenticated
  using (user_id = (select auth.uid()) or (user_id is null and email = (select ops.my_email()))
    or (select ops.is_admin()));

create trigger touch before update on public.support_tickets for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.support_tickets
for each row execute function outbox.capture_change('learning.ticket_details');
create trigger enforce_quota before insert on public.support_tickets for each row execute function ops.enforce_quota();
create trigger refuse_truncate before truncate on public.support_tickets for each statement execute function
  outbox.refuse_truncate();

comment on table public.support_tickets is
  'Requests for help. The customer who opened one adds to it in ticket_replies, and may close it; an admin replies '
  'there and changes its status. A reply of the customer opens one that is waiting or closed.';
comment on column public.support_tickets.number is 'The ticket number that the customer sees.';
comment on column public.support_tickets.user_id is
  'The account that opened it. Null: the account with the address email, once it is confirmed.';
comment on column public.support_tickets.email is 'The confirmed address of the customer who opened it, in lower case.';

-- sql/40-learning/10-tables/16-ticket_replies.sql

create table public.ticket_replies (
  id uuid primary key default ops.uuid7(),
  ticket_id uuid not null,
  author_user_id uuid default auth.uid(),
  author_email text default ops.my_email(),
  from_staff boolean not null default ops.is_admin(),
  body text not null,
  source public.written_by not null default 'app',
  provider text,
  provider_ref text,
  created_at timestamptz not null default now(),

  constraint a_reply_is_to_a_ticket foreign key (ticket_id) references public.support_tickets (id) on delete cascade,
  constraint a_reply_is_somebodys check (num_nonnulls(author_user_id, author_email) > 0),
  constraint an_address_is_lower_case check (author_email = lower(author_email) and length(author_email) <= 320),
  constraint a_body_is_not_blank check (body ~ '\S' and length(body) <= 20000),
  constraint a_reply_from_outside_comes_once unique (provider, provider_ref),
  constraint a_reply_from_outside_has_its_id check ((provider is null) = (provider_ref is null))
);
create index ticket_replies_by_ticket on public.ticket_replies (ticket_id);
create index ticket_replies_by_author on public.ticket_replies (author_user_id);

create trigger capture_change after insert or update or delete on public.ticket_replies
for each row execute function outbox.capture_change('learning.ticket_reply_details');
create trigger enforce_quota before insert on public.ticket_replies for each row execute function ops.enforce_quota();
create trigger refuse_truncate before truncate on public.ticket_replies for each statement execute function
  outbox.refuse_truncate();

alter table public.ticket_replies enable row level security;
-- Readers see only the replies to their own tickets: the policy of support_tickets holds here too.
create policy "who reads a ticket reads its replies" on public.ticket_replies for select to authenticated
  using (exists (select 1 from public.support_tickets t where t.id = ticket_id));
-- Only ticket_id and body are granted (sql/90-grants): the defaults set the owner.
create policy "who reads a ticket replies to it" on public.ticket_replies for insert to authenticated
  with check (author_user_id = (select auth.uid()) and exists (select 1 from public.support_tickets t
    where t.id = ticket_id));

comment on table public.ticket_replies is 'The replies to a ticket. They never change.';
comment on column public.ticket_replies.from_staff is 'Whether an admin wrote it.';
comment on column public.ticket_replies.provider is 'The provider that sent it, if it was received by webhook.';
comment on column public.ticket_replies.provider_ref is 'Its id at the provider, so that it is stored once.';

-- sql/40-learning/10-tables/17-cohort_messages.sql

create table public.cohort_messages (
  id uuid primary key default ops.uuid7(),
  cohort_id uuid not null,
  author_user_id uuid default auth.uid(),
  author_name text not null default learning.my_name(),
  body text,
  hidden_at timestamptz,
  edited_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),

  constraint a_message_is_to_a_cohort foreign key (cohort_id) references public.cohorts (id),
  constraint a_name_is_not_blank check (author_name ~ '\S' and length(author_name) <= 100),
  constraint what_is_not_deleted_has_its_text check ((body is null) = (deleted_at is not null)),
  constraint a_body_is_not_blank check (body ~ '\S' and length(body) <= 20000)
);
create index cohort_messages_by_cohort on public.cohort_messages (cohort_id, id);
create index cohort_messages_by_author on public.cohort_messages (author_user_id);

create trigger capture_change after insert or update or delete on public.cohort_messages
for each row execute function outbox.capture_change('learning.cohort_message_details');
create trigger enforce_quota before insert on public.cohort_messages for each row execute function ops.enforce_quota();
create trigger refuse_truncate before truncate on public.cohort_messages for each statement execute function
  outbox.refuse_truncate();

alter table public.cohort_messages enable row level security;
create policy "a cohort reads its messages, admins also hidden ones"
  on public.cohort_messages for select to authenticated
  using ((select ops.is_admin())
    or (hidden_at is null and (learning.attends(cohort_id) or learning.teaches(cohort_id))));
-- Only cohort_id and body are granted (sql/90-grants): the defaults set the owner.
create policy "a cohort writes to itself, admins to all" on public.cohort_messages for insert to authenticated
  with check (
    author_user_id = (select auth.uid())
    and ((select ops.is_admin()) or learning.attends(cohort_id) or learning.teaches(cohort_id))
  );
-- Only body, deleted_at and hidden_at are granted; learning.guard_message decides who may change which.
create policy "authors change their messages, admins hide any" on public.cohort_messages for update to authenticated
  using ((select ops.is_admin())
    or (author_user_id = (select auth.uid()) and hidden_at is null
      and (learning.attends(cohort_id) or learning.teaches(cohort_id))));
create policy "admins delete messages" on public.cohort_messages for delete to authenticated
  using ((select ops.is_admin()));

comment on table public.cohort_messages is
  'Messages of students and instructors to their cohort. The author may change one, or delete it (update with '
  'deleted_at); an admin may hide it, or delete the row.';
comment on column public.cohort_messages.author_name is 'The author''s name at that time (learning.my_name).';
comment on column public.cohort_messages.hidden_at is 'Set: only admins see it.';
comment on column public.cohort_messages.edited_at is
  'When the author last changed it. What it said before: text_versions. Null: never.';
comment on column public.cohort_messages.deleted_at is
  'When the author deleted it: body is null then, and the others see that there was a message. Null: it is not '
  'deleted.';

-- sql/40-learning/10-tables/18-error_reports.sql

create table public.error_reports (
  id uuid primary key default ops.uuid7(),
  user_id uuid default auth.uid(),
  app text not null,
  version text,
  message text not null,
  details jsonb,
  occurred_at timestamptz not null default now(),
  resolved_at timestamptz,
  created_at timestamptz not null default now(),

  constraint an_app_is_not_blank check (app ~ '\S' and length(app) <= 100),
  constraint a_version_is_short check (length(version) <= 100),
  constraint a_message_is_not_blank check (message ~ '\S' and length(message) <= 2000),
  constraint details_are_at_most_20_kb check (octet_length(details::text) <= 20480)
);
create index error_reports_by_user on public.error_reports (user_id);
create index error_reports_unresolved on public.error_reports (created_at) where resolved_at is null;

alter table public.error_reports enable row level security;
create policy "admins read error reports" on public.error_reports for select to authenticated
  using ((select ops.is_admin()));
-- user_id is not granted (sql/90-grants): the default sets it.
create policy "people report errors" on public.error_reports for insert to authenticated with
  check (user_id = (select auth.uid()));
-- Only resolved_at is granted.
create policy "admins resolve error reports" on public.error_reports for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger capture_change after insert or update or delete on public.error_reports for each row execute function
  outbox.capture_change();
create trigger enforce_quota before insert on public.error_reports for each row execute function ops.enforce_quota();
create trigger refuse_truncate before truncate on public.error_reports for each statement execute function
  outbox.refuse_truncate();

comment on table public.error_reports is
  'Errors in an app. Every signed-in account may report; only admins read, so that an account cannot read even its own '
  'report: insert without asking for the row back.';
comment on column public.error_reports.details is 'Any data that helps to find the cause, up to 20 kB.';
comment on column public.error_reports.occurred_at is 'By the clock of the device.';
comment on column public.error_reports.resolved_at is 'When an admin resolved it.';

-- sql/40-learning/10-tables/19-form_submissions.sql

create table public.form_submissions (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  provider_ref text not null,
  form text not null,
  email text,
  name text,
  fields jsonb not null default '{}',
  created_at timestamptz not null default now(),

  constraint a_form_is_submitted_once unique (provider, provider_ref),
  constraint a_form_is_not_blank check (form ~ '\S' and length(form) <= 200),
  constraint an_address_is_lower_case check (email = lower(email) and length(email) <= 320),
  constraint a_name_is_short check (length(name) <= 200),
  constraint fields_have_names check (jsonb_typeof(fields) = 'object'),
  constraint fields_are_at_most_100_kb check (octet_length(fields::text) <= 102400)
);

alter table public.form_submissions enable row level security;
create policy "admins read form submissions" on public.form_submissions for select to authenticated
  using ((select ops.is_admin()));

create trigger capture_change after insert or update or delete on public.form_submissions for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.form_submissions for each statement execute function
  outbox.refuse_truncate();

comment on table public.form_submissions is 'Forms that were filled in elsewhere, and received through make.com.';
comment on column public.form_submissions.provider_ref is 'Its id at the provider, so that it is stored once.';
comment on column public.form_submissions.form is 'The name of the form.';
comment on column public.form_submissions.fields is 'The values, by the name of the field.';

-- sql/40-learning/10-tables/20-profiles.sql

create table public.profiles (
  user_id uuid primary key,
  name text,
  picture_url text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_profile_is_of_an_account foreign key (user_id) references auth.users (id) on delete cascade,
  constraint a_name_is_not_blank check (name ~ '\S' and length(name) <= 100),
  constraint a_picture_is_https check (picture_url ~ '^https://[^/\s]+(/\S*)?$' and length(picture_url) <= 2000)
);

alter table public.profiles enable row level security;
create policy "people read profiles of those they learn with, admins all" on public.profiles for select to authenticated
  using (
    user_id = (select auth.uid())
    or (select ops.is_admin())
    or user_id in (select p.user_id from learning.known_people() p)
  );
-- Only name and picture_url are granted (sql/90-grants).
create policy "people change their own profile, admins all" on public.profiles for update to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()))
  with check (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger touch before update on public.profiles for each row execute function ops.touch_updated_at();
create trigger refuse_truncate before truncate on public.profiles for each statement execute function
  outbox.refuse_truncate();

comment on table public.profiles is
  'What people may see of an account: a name and a picture. A row is added at sign-up, and deleted with the account. '
  'Read by the account itself, its cohorts'' members and instructors, its tutors and students, and admins.';
comment on column public.profiles.user_id is 'The account (auth.users).';
comment on column public.profiles.name is
  'As the account has chosen it, without brackets and roles (learning.clean_name). Null: nothing chosen.';
comment on column public.profiles.picture_url is 'An https address of a picture. Null: none.';

-- sql/40-learning/10-tables/21-text_versions.sql

create table public.text_versions (
  id uuid primary key default ops.uuid7(),
  table_name text not null,
  row_id uuid not null,
  fields jsonb not null,
  replaced_by uuid,
  created_at timestamptz not null default now(),

  constraint only_texts_have_versions check (table_name in ('student_questions', 'cohort_messages')),
  constraint fields_have_names check (jsonb_typeof(fields) = 'object')
);
create index text_versions_by_row on public.text_versions (row_id, id);

create trigger enforce_quota before insert on public.text_versions for each row execute function ops.enforce_quota();

alter table public.text_versions enable row level security;
create policy "admins read earlier versions" on public.text_versions for select to authenticated
  using ((select ops.is_admin()));

comment on table public.text_versions is
  'What questions and messages said before their authors changed or deleted them. For admins: select * from '
  'public.text_versions where row_id = ''…'' order by id.';
comment on column public.text_versions.table_name is 'student_questions or cohort_messages.';
comment on column public.text_versions.row_id is 'The row of that table; it may be deleted since.';
comment on column public.text_versions.fields is 'The text as it was: {"subject", "question"} or {"body"}.';
comment on column public.text_versions.replaced_by is
  'The account that changed or deleted it. Null: by SQL or the service key.';
comment on column public.text_versions.created_at is 'When it was replaced.';

-- sql/40-learning/20-seats/cohort_message_details.sql

create function learning.cohort_message_details(message_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'cohort_name', c.name,
      'student_emails', array(select e.email from public.enrollments e where e.cohort_id = c.id
        and e.status <> 'cancelled' order by 1),
      'instructor_emails', learning.instructors_of(c.id)
    )
    from public.cohort_messages m join public.cohorts c on c.id = m.cohort_id
    where m.id = cohort_message_details.message_id
  );
end
$$;
comment on function learning.cohort_message_details(uuid) is
  'What a message about a cohort''s message holds besides its row: the cohort''s name, and the addresses of all its '
  'members, the author''s too.';

-- sql/40-learning/20-seats/enrol_buyer.sql

-- The only way a payment enrols somebody.
create function learning.enrol_buyer(order_item_id uuid) returns text
language plpgsql
set search_path = ''
as $$
declare
  v record;
begin
  select i.cohort_id, i.sku, o.email, o.user_id into v
  from public.order_items i join public.orders o on o.id = i.order_id
  where i.id = enrol_buyer.order_item_id;
  if exists (select 1 from public.enrollments e where e.order_item_id = enrol_buyer.order_item_id) then
    return null;
  elsif learning.is_enrolled(v.cohort_id, v.email) then
    return format('%s had a seat of %s already when this was paid. Refund it.', v.email, v.sku);
  elsif learning.free_seats(v.cohort_id) < 1 then
    -- It was given up, or never had, before this purchase counted (again): a refund that failed, an order that is
    -- settled.
    return format('The seat of %s was sold since. Raise the cohort''s capacity and settle, or refund it.', v.sku);
  end if;
  insert into public.enrollments as e (cohort_id, email, user_id, order_item_id)
  values (v.cohort_id, v.email, v.user_id, enrol_buyer.order_item_id)
  on conflict on constraint a_person_enrols_once_in_a_cohort do update
  set status = 'active', order_item_id = excluded.order_item_id, user_id = coalesce(excluded.user_id, e.user_id)
  -- A later purchase that an admin cancelled still takes precedence: this one does not undo that.
  where e.status = 'cancelled' and (e.order_item_id is null or e.order_item_id < excluded.order_item_id
    or e.cancelled_by_refund);
  if not found then
    return format('%s bought a seat of %s more than once. Refund what is too much.', v.email, v.sku);
  end if;
  return null;
end
$$;
comment on function learning.enrol_buyer(uuid) is
  'Enrols the buyer of a seat that was reserved by the checkout. Once, however often it is called. Returns null, or a '
  'text that says why not: the buyer has a seat already, or bought another since, or the seat was given up and sold.';

-- sql/40-learning/20-seats/enrollment_details.sql

create function learning.enrollment_details(enrollment_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('cohort_name', c.name, 'cohort_starts_at', c.starts_at, 'cohort_ends_at', c.ends_at,
      'order_number', o.number)
    from public.enrollments e
    join public.cohorts c on c.id = e.cohort_id
    left join public.order_items i on i.id = e.order_item_id
    left join public.orders o on o.id = i.order_id
    where e.id = enrollment_details.enrollment_id
  );
end
$$;
comment on function learning.enrollment_details(uuid) is
  'What a message about an enrollment holds besides its row: the cohort, its dates, and the order that bought it '
  '(null: an admin gave it).';

-- sql/40-learning/20-seats/free_seats.sql

create function learning.free_seats(cohort_id uuid) returns integer
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select c.capacity
      - (select count(*) from public.enrollments e where e.cohort_id = c.id and e.status <> 'cancelled')
      - (select coalesce(sum(r.quantity), 0) from public.stock_reservations r where r.cohort_id = c.id
        and r.status = 'held')
    from public.cohorts c
    where c.id = free_seats.cohort_id
  )::integer;
end
$$;
comment on function learning.free_seats(uuid) is
  'How many seats of a cohort are neither taken nor held for a checkout. Null: there is no such cohort. A caller that '
  'is about to take one holds the cohort''s row.';

-- sql/40-learning/20-seats/guard_capacity.sql

create function learning.guard_capacity() returns trigger
language plpgsql
security definer -- see learning.guard_seat
set search_path = ''
as $$
begin
  if learning.free_seats(new.id) < 0 then
    raise exception 'more seats of the cohort are taken or held than %', new.capacity
      using errcode = '23514', constraint = 'a_cohort_has_no_more_students_than_seats',
      hint = 'Cancel enrollments first.';
  end if;
  return null;
end
$$;
comment on function learning.guard_capacity() is
  'Row trigger: a cohort''s capacity is not lowered below the number of seats that are taken or held.';

create trigger guard_capacity after update of capacity on public.cohorts
for each row when (new.capacity < old.capacity) execute function learning.guard_capacity();

-- sql/40-learning/20-seats/guard_seat.sql

create function learning.guard_seat() returns trigger
language plpgsql
security definer -- the writer of an enrollment has no right to read the seats held for buyers
set search_path = ''
as $$
begin
  new.email := lower(new.email);
  if tg_op = 'UPDATE' and new.cohort_id <> old.cohort_id then
    raise exception 'an enrollment stays in its cohort' using errcode = '23514',
      hint = 'Cancel it, and enrol in the other cohort.';
  end if;
  if new.status <> 'cancelled' then
    new.cancelled_by_refund := false;
  end if;
  if new.user_id is null then
    new.user_id := commerce.user_of(new.email);
  end if;
  if new.status <> 'cancelled' and (tg_op = 'INSERT' or old.status = 'cancelled') then
    -- The buyer's seat was reserved by the checkout until now: it is free for nobody else, and needs no lock.
    if new.order_item_id is null or (tg_op = 'UPDATE' and new.order_item_id is not distinct from old.order_item_id) then
      perform 1 from public.cohorts c where c.id = new.cohort_id for no key update;
    end if;
    if learning.free_seats(new.cohort_id) < 1 then
      raise exception 'the cohort is full'
        using errcode = '23514', constraint = 'a_cohort_has_no_more_students_than_seats',
        hint = 'Raise its capacity, or wait for an unpaid checkout to expire.';
    end if;
  end if;
  return new;
end
$$;
comment on function learning.guard_seat() is 'Row trigger: refuses an enrollment without a free seat, for any writer.';

create trigger guard_seat before insert or update on public.enrollments for each row execute function
  learning.guard_seat();

-- sql/40-learning/20-seats/instructors_of.sql

create function learning.instructors_of(cohort_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_agg(lower(u.email) order by lower(u.email))
    from public.cohort_instructors i join auth.users u on u.id = i.user_id
    where i.cohort_id = instructors_of.cohort_id and u.email is not null and u.email_confirmed_at is not null
  ), '[]');
end
$$;
comment on function learning.instructors_of(uuid) is
  'The confirmed addresses of a cohort''s instructors, as a list. For messages.';

-- sql/40-learning/20-seats/is_enrolled.sql

create function learning.is_enrolled(cohort_id uuid, email text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
    select 1 from public.enrollments e
    where e.cohort_id = is_enrolled.cohort_id and e.email = lower(is_enrolled.email) and e.status <> 'cancelled'
  );
end
$$;
comment on function learning.is_enrolled(uuid, text) is 'Whether somebody has a seat in a cohort.';

-- sql/40-learning/20-seats/settle_enrolments.sql

create function learning.settle_enrolments(order_id uuid, refunded boolean) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_enrollment record;
begin
  if settle_enrolments.refunded then
    update public.enrollments e set status = 'cancelled', cancelled_by_refund = true
    where e.status = 'active' and e.order_item_id in (select i.id from public.order_items i
      where i.order_id = settle_enrolments.order_id);
    return;
  end if;
  for v_enrollment in
    select e.id, i.sku
    from public.order_items i join public.enrollments e on e.order_item_id = i.id
    where i.order_id = settle_enrolments.order_id and e.cancelled_by_refund
    order by e.cohort_id
  loop
    begin
      update public.enrollments e set status = 'active' where e.id = v_enrollment.id;
    exception when check_violation then
      update public.orders o
      set status = 'needs_attention',
          attention_reason = concat_ws(' ', o.attention_reason,
            format('Its refund failed, and the seat of %s was sold since. Refund it again.', v_enrollment.sku))
      where o.id = settle_enrolments.order_id;
    end;
  end loop;
end
$$;
comment on function learning.settle_enrolments(uuid, boolean) is
  'An order was refunded in full: the seats it bought are free again. Or that refund failed: they are active again, '
  'where they are free.';

-- sql/40-learning/30-appointments/apply_calendar_change.sql

create function learning.apply_calendar_change(fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_appointment public.appointments;
  v_said jsonb;
  v_parts text[];
begin
  if fact ->> 'session_id' is not null then
    return;
  elsif fact ->> 'appointment_id' is not null then
    select a.* into v_appointment from public.appointments a
      where a.id = (fact ->> 'appointment_id')::uuid for no key update;
    if not found then
      raise exception 'there is no appointment %', fact ->> 'appointment_id'
        using errcode = 'P0002', hint
        = 'Send the id of a row of appointments, or none: then it is found by calendar_event_id.';
    end if;
  else
    select a.* into v_appointment from public.appointments a
      where a.calendar_event_id = fact ->> 'provider_ref' for no key update;
  end if;

  v_said := jsonb_build_object(
    'calendar_event_id', fact -> 'provider_ref', 'status', fact -> 'status', 'meet_link', fact -> 'meet_link',
    'starts_at', case when fact ->> 'starts_at' is not null then jsonb_build_array(fact -> 'starts_at',
      fact -> 'ends_at') end
  );
  v_parts := inbox.newer_parts(v_appointment.calendar_as_of, v_said, fact ->> 'occurred_at');
  if v_appointment.id is null or v_parts = '{}' then
    return;
  end if;
  update public.appointments a
  set calendar_event_id = case when 'calendar_event_id' = any (v_parts) then fact ->> 'provider_ref'
    else a.calendar_event_id end,
      starts_at = case when 'starts_at' = any (v_parts) then (fact ->> 'starts_at')::timestamptz else a.starts_at end,
      ends_at = case when 'starts_at' = any (v_parts) then (fact ->> 'ends_at')::timestamptz else a.ends_at end,
      meet_link = case when 'meet_link' = any (v_parts) then fact ->> 'meet_link' else a.meet_link end,
      status = case
        when 'status' <> all (v_parts) then a.status
        when fact ->> 'status' = 'cancelled' and a.status in ('requested', 'confirmed') then 'cancelled'
        when fact ->> 'status' = 'confirmed'
          and (a.status = 'requested' or (a.status = 'cancelled' and a.cancelled_by_calendar)) then 'confirmed'
        else a.status
      end,
      cancelled_by_calendar = a.cancelled_by_calendar
        or ('status' = any (v_parts) and fact ->> 'status' = 'cancelled' and a.status in ('requested', 'confirmed')),
      calendar_as_of = a.calendar_as_of
        || (
          select jsonb_object_agg(p.part, jsonb_build_array(fact -> 'occurred_at', md5((v_said -> p.part)::text)))
          from unnest(v_parts) as p (part)
        )
  where a.id = v_appointment.id;
end
$$;
comment on function learning.apply_calendar_change(jsonb) is
  'Applies calendar.changed to the appointment it names, or that has the calendar''s id: the latest event wins, part '
  'by part (time, status, link). A completed one stays completed; one that was cancelled by hand stays cancelled. An '
  'appointment that is not here changes nothing.';

-- sql/40-learning/30-appointments/appointment_details.sql

create function learning.appointment_details(appointment_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('cohort_name', c.name, 'instructor_emails', case
      when a.instructor_user_id is null then learning.instructors_of(a.cohort_id)
      else to_jsonb(array(select lower(u.email) from auth.users u where u.id = a.instructor_user_id
        and u.email is not null and u.email_confirmed_at is not null))
    end)
    from public.appointments a left join public.cohorts c on c.id = a.cohort_id
    where a.id = appointment_details.appointment_id
  );
end
$$;
comment on function learning.appointment_details(uuid) is
  'What a message about an appointment holds besides its row: the cohort''s name, and the confirmed address of the '
  'instructor, or of all who could take it.';

-- sql/40-learning/30-appointments/guard_appointment.sql

create function learning.guard_appointment() returns trigger
language plpgsql
security definer -- the writer of an appointment has no right to read accounts or instructors
set search_path = ''
as $$
declare
  v_caller uuid := auth.uid(); -- null: the owner, who may make any valid change
  v_teaches boolean;
begin
  if tg_op = 'INSERT' then
    if new.user_id is null and new.email is null then
      new.user_id := v_caller;
    end if;
    new.email := lower(coalesce(new.email, (select u.email from auth.users u where u.id = new.user_id
      and u.email_confirmed_at is not null)));
    new.user_id := coalesce(new.user_id, commerce.user_of(new.email));
    return new;
  end if;

  if v_caller is not null and not ops.is_admin() then
    v_teaches := coalesce(old.instructor_user_id = v_caller, false) or learning.teaches(old.cohort_id);
    if not v_teaches and (
      new.status not in (old.status, 'cancelled') or to_jsonb(new) - 'status' <> to_jsonb(old) - 'status'
    ) then
      raise exception 'a student may cancel an appointment, and change nothing else of it'
        using errcode = '42501', hint = 'Cancel it, and ask for another.';
    end if;
    if v_teaches and old.instructor_user_id is null and new.status = 'confirmed' then
      new.instructor_user_id := v_caller;
    end if;
    if v_teaches and new.instructor_user_id is distinct from old.instructor_user_id
      and (old.instructor_user_id is not null or new.instructor_user_id <> v_caller) then
      raise exception 'an instructor may take an appointment, but not give it to another' using errcode = '42501',
        hint = 'Ask an admin.';
    end if;
  end if;
  if new.status <> 'cancelled' then
    new.cancelled_by_calendar := false;
  end if;
  if new.status <> old.status and (old.status, new.status) not in (
    ('requested', 'confirmed'), ('requested', 'cancelled'), ('confirmed', 'cancelled'), ('confirmed', 'completed'),
    ('cancelled', 'confirmed')
  ) then
    raise exception 'an appointment cannot go from % to %', old.status, new.status
      using errcode = '23514', hint
      = 'requested → confirmed → completed; cancelled before it took place, and confirmed again.';
  end if;
  return new;
end
$$;
comment on function learning.guard_appointment() is
  'Row trigger: sets the owner of a new appointment; later decides which transitions are allowed, and what the student '
  '(cancel it) and the instructor (anything but its owner) may change.';

create trigger guard before insert or update on public.appointments for each row execute function
  learning.guard_appointment();

-- sql/40-learning/40-support/apply_form.sql

create function learning.apply_form(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.form_submissions (provider, provider_ref, form, email, name, fields, created_at)
  values (
    apply_form.provider, fact ->> 'provider_ref', fact ->> 'form', lower(fact ->> 'email'), fact ->> 'name',
    fact -> 'fields',
    coalesce((fact ->> 'occurred_at')::timestamptz, now())
  )
  on conflict on constraint a_form_is_submitted_once do nothing;
end
$$;
comment on function learning.apply_form(text, jsonb) is 'Applies form.submitted: stores each submission once.';

-- sql/40-learning/40-support/apply_reply.sql

create function learning.apply_reply(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_from text := lower(fact ->> 'from');
  v_at timestamptz := coalesce((fact ->> 'occurred_at')::timestamptz, now());
  v_author uuid := commerce.user_of(v_from);
  v_question public.student_questions;
  v_audience text;
begin
  if fact ->> 'ticket_id' is not null then
    perform 1 from public.support_tickets t where t.id = (fact ->> 'ticket_id')::uuid for key share;
    if not found then
      raise exception 'there is no support ticket %', fact ->> 'ticket_id' using errcode = 'P0002',
        hint = 'Send the id of a row of support_tickets.';
    end if;
    v_audience := learning.reply_audience(fact, (fact ->> 'ticket_id')::uuid);
    insert into public.ticket_replies (ticket_id, author_user_id, author_email, from_staff, body, source, provider,
      provider_ref, created_at)
    values (
      (fact ->> 'ticket_id')::uuid, v_author, v_from, v_audience = 'staff', fact ->> 'body', 'email',
      apply_reply.provider, fact ->> 'provider_ref', v_at
    )
    on conflict on constraint a_reply_from_outside_comes_once do nothing;
    return;
  end if;

  select q.* into v_question from public.student_questions q
  where q.id = (fact ->> 'question_id')::uuid for no key update;
  if not found then
    raise exception 'there is no question %', fact ->> 'question_id' using errcode = 'P0002',
      hint = 'Send the id of a row of student_questions.';
  end if;
  -- Only staff answers: a reply by the student is not an answer.
  if learning.reply_audience(fact, v_question.id) <> 'staff' then
    return;
  end if;
  update public.student_questions q
  set answer = fact ->> 'body', answered_by = v_author, answer_source = 'email', as_of = v_at,
    as_of_event = apply_reply.event_id
  where q.id = v_question.id
    and (q.answer_source is null or (q.answer_source = 'email' and (v_at, fact ->> 'body') > (q.as_of, q.answer)));
end
$$;
comment on function learning.apply_reply(text, text, jsonb) is
  'Applies reply.received, which must carry the token of the e-mail it answers (learning.reply_audience). To a '
  'question, from staff: it becomes the answer, unless one was written in the app; of several by e-mail the latest. To '
  'a ticket: stored as one more reply, once. Raises P0002 for a question or ticket that does not exist.';

-- sql/40-learning/40-support/guard_message.sql

create function learning.guard_message() returns trigger
language plpgsql
security definer -- it keeps versions, in a schema that the writer may not use
set search_path = ''
as $$
declare
  v_caller uuid := auth.uid(); -- null: the owner, who may make any valid change
begin
  if v_caller is not null then
    if new.hidden_at is distinct from old.hidden_at and not ops.is_admin() then
      raise exception 'admins hide messages' using errcode = '42501', hint = 'Delete your message: set deleted_at.';
    elsif (new.body, new.deleted_at) is distinct from (old.body, old.deleted_at)
      and old.author_user_id is distinct from v_caller then
      raise exception 'a message is changed by its author' using errcode = '42501',
        hint = 'An admin hides it with hidden_at, or deletes the row.';
    end if;
  end if;

  if old.deleted_at is not null then
    if new.body is not null or new.deleted_at is null then
      raise exception 'a deleted message stays deleted' using errcode = '23514', hint = 'Write another message.';
    end if;
    new.deleted_at := old.deleted_at;
  elsif new.deleted_at is not null then
    perform learning.keep_version('cohort_messages', old.id, jsonb_build_object('body', old.body));
    new.deleted_at := now();
    new.body := null;
  elsif new.body is distinct from old.body then
    perform learning.keep_version('cohort_messages', old.id, jsonb_build_object('body', old.body));
    new.edited_at := now();
  end if;
  return new;
end
$$;
comment on function learning.guard_message() is
  'Row trigger: the author changes a message, and deletes it (any value of deleted_at; the time is set here); admins '
  'hide it. Earlier versions are kept.';

create trigger guard before update on public.cohort_messages for each row execute function learning.guard_message();

-- sql/40-learning/40-support/guard_question.sql

create function learning.guard_question() returns trigger
language plpgsql
security definer -- it keeps versions, and asks who teaches, in schemas that the writer may not use
set search_path = ''
as $$
declare
  v_caller uuid := auth.uid(); -- null: the owner, who may make any valid change
  v_is_own boolean := coalesce(old.user_id = v_caller or (old.user_id is null and old.email = ops.my_email()), false);
  v_text_changed boolean := (new.subject, new.question) is distinct from (old.subject, old.question);
begin
  if v_caller is not null then
    if new.answer is distinct from old.answer and not (ops.is_admin() or learning.teaches(old.cohort_id)) then
      raise exception 'instructors and admins answer questions' using errcode = '42501',
        hint = 'Change subject or question, or ask another question.';
    elsif (v_text_changed or new.deleted_at is distinct from old.deleted_at) and not v_is_own
      and (new.deleted_at is null or not ops.is_admin()) then
      raise exception 'a question is changed by the student who asked it' using errcode = '42501',
        hint = 'Write an answer instead.';
    end if;
  end if;

  if old.deleted_at is not null then
    if v_text_changed or new.deleted_at is null then
      raise exception 'a deleted question stays deleted' using errcode = '23514', hint = 'Ask another question.';
    end if;
    new.deleted_at := old.deleted_at;
  elsif new.deleted_at is not null then
    perform learning.keep_version('student_questions', old.id,
      jsonb_build_object('subject', old.subject, 'question', old.question));
    new.deleted_at := now();
    new.subject := null;
    new.question := null;
  elsif v_text_changed then
    if old.answer is not null and v_caller is not null then
      raise exception 'the question is answered already' using errcode = '23514', hint = 'Ask another question.';
    end if;
    perform learning.keep_version('student_questions', old.id,
      jsonb_build_object('subject', old.subject, 'question', old.question));
    new.edited_at := now();
  end if;
  return new;
end
$$;
comment on function learning.guard_question() is
  'Row trigger: the student changes a question until it is answered, and deletes it (any value of deleted_at; the time '
  'is set here); an admin may delete it too. Earlier versions are kept. Only instructors and admins answer.';

create trigger guard before update on public.student_questions for each row execute function
  learning.guard_question();

-- sql/40-learning/40-support/guard_ticket.sql

create function learning.guard_ticket() returns trigger
language plpgsql
security definer -- it calls ops.is_admin, in a schema that the writer of a ticket may not use
set search_path = ''
as $$
begin
  -- Deeper is learning.reopen_ticket: a reply opens its ticket again, whoever writes it.
  if pg_trigger_depth() = 1 and auth.uid() is not null and not ops.is_admin()
    and (new.priority <> old.priority or new.status not in (old.status, 'closed')) then
    raise exception
      'the customer who opened a ticket may close it, and change nothing else of it' using errcode = '42501',
      hint = 'Write a reply: it opens the ticket again.';
  end if;
  return new;
end
$$;
comment on function learning.guard_ticket() is
  'Row trigger: admins change a ticket''s status; the customer who opened it may only close it, and opens it again by '
  'a reply (learning.reopen_ticket).';

create trigger guard before update on public.support_tickets for each row execute function learning.guard_ticket();

-- sql/40-learning/40-support/keep_version.sql

create function learning.keep_version(table_name text, row_id uuid, fields jsonb) returns void
language plpgsql
security definer -- the author of a text has no right to write its versions
set search_path = ''
as $$
begin
  insert into public.text_versions (table_name, row_id, fields, replaced_by)
  values (keep_version.table_name, keep_version.row_id, keep_version.fields, auth.uid());
end
$$;
comment on function learning.keep_version(text, uuid, jsonb) is
  'Keeps what a question or message said before it is changed or deleted.';

-- sql/40-learning/40-support/question_details.sql

create function learning.question_details(question_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'cohort_name', c.name, 'instructor_emails', learning.instructors_of(q.cohort_id),
      'reply_token_staff', learning.reply_token('staff', q.id), 'reply_token_customer',
        learning.reply_token('customer', q.id)
    )
    from public.student_questions q left join public.cohorts c on c.id = q.cohort_id
    where q.id = question_details.question_id
  );
end
$$;
comment on function learning.question_details(uuid) is
  'What a message about a question holds besides its row: the cohort''s name, the addresses of those who can answer '
  'it, and the tokens for Reply-To (learning.reply_token).';

-- sql/40-learning/40-support/reopen_ticket.sql

create function learning.reopen_ticket() returns trigger
language plpgsql
security definer -- the writer of a reply has no right to open a ticket
set search_path = ''
as $$
begin
  update public.support_tickets t set status = 'open' where t.id = new.ticket_id and t.status in ('waiting', 'closed');
  return null;
end
$$;
comment on function learning.reopen_ticket() is
  'Row trigger: a customer''s reply, written in an app or by e-mail, opens a ticket that is waiting or closed.';

create trigger reopen_ticket after insert on public.ticket_replies
for each row when (not new.from_staff) execute function learning.reopen_ticket();

-- sql/40-learning/40-support/reply_audience.sql

create function learning.reply_audience(fact jsonb, about uuid) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_audience text;
begin
  if fact ->> 'authenticated' is distinct from 'true' then
    raise exception 'nothing proves that this e-mail is from %', fact ->> 'from'
      using errcode = '22023', hint
      =
        'Pass the receiving mail server''s verdict as data.authentication: its Authentication-Results header, which '
        'must say dkim=pass or dmarc=pass. Without it anybody could write in another''s name.';
  end if;
  -- Digests of both are compared, so that the time it takes does not show how many bytes are right.
  select a.audience into v_audience
  from unnest(array['staff', 'customer']) as a (audience)
  where sha256(convert_to(fact ->> 'token', 'UTF8'))
    = sha256(convert_to(learning.reply_token(a.audience, reply_audience.about), 'UTF8'));
  if v_audience is null then
    raise exception 'the reply carries no token of this question or ticket'
      using errcode = '22023', hint
      =
        'Send our e-mails with data.reply_token_staff or data.reply_token_customer of the message in their Reply-To '
        'address (support+<token>@your-domain), and pass it back as data.reply_token.';
  end if;
  return v_audience;
end
$$;
comment on function learning.reply_audience(jsonb, uuid) is
  'Which e-mail a reply.received answers: that to staff or to customer. A From line proves nothing. Raises 22023 when '
  'the mail was not authenticated or its token is not of this question or ticket.';

-- sql/40-learning/40-support/reply_token.sql

create function learning.reply_token(audience text, about uuid) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select left(encode(extensions.hmac('reply.' || reply_token.audience || '.' || reply_token.about, s.decrypted_secret,
      'sha256'), 'hex'), 40)
    from vault.decrypted_secrets s
    where s.name = 'signalbox_replies'
  );
end
$$;
comment on function learning.reply_token(text, uuid) is
  'The token that authenticates an e-mailed reply: an HMAC-SHA256 of the question or ticket and of the recipient of '
  'the e-mail (audience: staff or customer). It is part of the Reply-To address of that e-mail: only its recipient can '
  'send it back.';

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'signalbox_replies',
  'Makes the tokens in Reply-To addresses (learning.reply_token). Made by the migration; never needed by hand.');

-- sql/40-learning/40-support/stamp_answer.sql

create function learning.stamp_answer() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new.answer is not distinct from old.answer then
    return new;
  end if;
  if new.answer is null then
    if tg_op = 'UPDATE' then
      raise exception 'an answer cannot be removed' using errcode = '23514', hint = 'Write a better one in its place.';
    end if;
    return new;
  end if;
  new.answered_at := now();
  if auth.uid() is not null then
    new.answered_by := auth.uid();
    new.answer_source := 'app';
  end if;
  new.answer_source := coalesce(new.answer_source, 'app');
  return new;
end
$$;
comment on function learning.stamp_answer() is
  'Row trigger: sets the time and author of an answer from the caller. Without an account (by e-mail) the writer sets '
  'the author and the way it was written.';

create trigger stamp before insert or update on public.student_questions for each row execute function
  learning.stamp_answer();

-- sql/40-learning/40-support/tell_ticket_owner.sql

create function learning.tell_ticket_owner() returns trigger
language plpgsql
security definer -- only the owner may insert into realtime.messages
set search_path = ''
as $$
declare
  v_user uuid;
begin
  select coalesce(t.user_id, commerce.user_of(t.email)) into v_user from public.support_tickets t
  where t.id = new.ticket_id;
  if v_user is not null then
    perform realtime.broadcast_changes('user:' || v_user, tg_op, tg_op, tg_table_name, tg_table_schema, new, null);
  end if;
  return null;
exception when others then
  -- As in ops.tell_owner: a lost broadcast is read from the table later.
  raise warning 'Realtime did not take a reply to ticket %: %', new.ticket_id, sqlerrm;
  return null;
end
$$;
comment on function learning.tell_ticket_owner() is
  'Row trigger: broadcasts a reply to the private topic of the customer who opened the ticket, in the format of '
  'ops.tell_owner.';

create trigger tell_ticket_owner after insert on public.ticket_replies
for each row execute function learning.tell_ticket_owner();

-- sql/40-learning/40-support/ticket_details.sql

create function learning.ticket_details(ticket_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'reply_token_staff', learning.reply_token('staff', ticket_details.ticket_id),
    'reply_token_customer', learning.reply_token('customer', ticket_details.ticket_id)
  );
end
$$;
comment on function learning.ticket_details(uuid) is
  'What a message about a ticket holds besides its row: the tokens for Reply-To (learning.reply_token).';

-- sql/40-learning/40-support/ticket_reply_details.sql

create function learning.ticket_reply_details(reply_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'ticket_number', t.number, 'ticket_subject', t.subject, 'ticket_email', t.email,
      'reply_token_staff', learning.reply_token('staff', t.id), 'reply_token_customer',
        learning.reply_token('customer', t.id)
    )
    from public.ticket_replies r join public.support_tickets t on t.id = r.ticket_id
    where r.id = ticket_reply_details.reply_id
  );
end
$$;
comment on function learning.ticket_reply_details(uuid) is
  'What a message about a reply holds besides its row: its ticket, the address of the customer who opened it, and the '
  'tokens for Reply-To (learning.reply_token).';

-- sql/40-learning/50-profiles/create_profile.sql

create function learning.create_profile() returns trigger
language plpgsql
security definer -- Supabase Auth, which writes accounts, has no rights in our schemas
set search_path = ''
as $$
declare
  v_picture text := coalesce(new.raw_user_meta_data ->> 'avatar_url', new.raw_user_meta_data ->> 'picture');
begin
  insert into public.profiles (user_id, name, picture_url)
  values (
    new.id,
    coalesce(learning.clean_name(new.raw_user_meta_data ->> 'full_name'),
      learning.clean_name(new.raw_user_meta_data ->> 'name')),
    case when v_picture ~ '^https://[^/\s]+(/\S*)?$' and length(v_picture) <= 2000 then v_picture end
  )
  on conflict (user_id) do nothing;
  return null;
exception when others then
  -- Nobody is kept from signing up by a profile.
  raise warning 'no profile for account %: %', new.id, sqlerrm;
  return null;
end
$$;
comment on function learning.create_profile() is
  'Row trigger of auth.users: a new account gets its profile, with the name and picture it signed up with.';

create trigger signalbox_create_profile after insert on auth.users for each row execute function
  learning.create_profile();

-- Accounts that are older than this table.
insert into public.profiles (user_id, name)
select u.id, coalesce(learning.clean_name(u.raw_user_meta_data ->> 'full_name'),
  learning.clean_name(u.raw_user_meta_data ->> 'name'))
from auth.users u
on conflict (user_id) do nothing;

-- sql/40-learning/50-profiles/guard_profile.sql

create function learning.guard_profile() returns trigger
language plpgsql
security definer -- the account may not use the schema learning
set search_path = ''
as $$
begin
  if new.user_id <> old.user_id then
    raise exception 'a profile stays the account''s' using errcode = '42501', hint = 'Change name or picture_url.';
  end if;
  if new.name is distinct from old.name and new.name is not null then
    new.name := learning.clean_name(new.name);
    if new.name is null then
      raise exception 'a name of roles and brackets alone is none' using errcode = '23514',
        constraint = 'a_name_is_not_blank', hint = 'Choose a name without (…) and without a role such as tutor.';
    end if;
  end if;
  return new;
end
$$;
comment on function learning.guard_profile() is
  'Row trigger: a profile stays its account''s, and its name claims no role (learning.clean_name).';

create trigger guard before update on public.profiles for each row execute function learning.guard_profile();

-- sql/40-learning/90-seed/60-routes.sql

insert into outbox.routes (destination, message_type, table_name, operations, when_column, description) values
  ('make', 'enrollment.created', 'public.enrollments', '{INSERT}', null, 'The welcome e-mail, to data.email.'),
  ('make', 'enrollment.changed', 'public.enrollments', '{UPDATE}', 'status', 'Completed, cancelled, or active again.'),
  ('make', 'appointment.created', 'public.appointments', '{INSERT}', null, 'Tell data.instructor_emails.'),
  ('make', 'appointment.changed', 'public.appointments', '{UPDATE}', 'status',
    'Confirmed, cancelled or completed: tell data.email.'),
  ('make', 'appointment.changed', 'public.appointments', '{UPDATE}', 'starts_at', 'Moved.'),
  ('make', 'appointment.changed', 'public.appointments', '{UPDATE}', 'meet_link', null),
  ('make', 'question.asked', 'public.student_questions', '{INSERT}', null, 'Tell data.instructor_emails.'),
  ('make', 'question.answered', 'public.student_questions', '{UPDATE}', 'answered_at', 'The answer, to data.email.'),
  ('make', 'question.changed', 'public.student_questions', '{UPDATE}', 'edited_at', 'Changed by the student.'),
  ('make', 'question.changed', 'public.student_questions', '{UPDATE}', 'deleted_at',
    'Deleted by the student: subject and question are null.'),
  ('make', 'cohort_message.posted', 'public.cohort_messages', '{INSERT}', null,
    'To data.student_emails and data.instructor_emails.'),
  ('make', 'cohort_message.changed', 'public.cohort_messages', '{UPDATE}', 'edited_at', 'Changed by its author.'),
  ('make', 'cohort_message.changed', 'public.cohort_messages', '{UPDATE}', 'deleted_at',
    'Deleted by its author: body is null.'),
  ('make', 'ticket.opened', 'public.support_tickets', '{INSERT}', null, 'Tell an admin.'),
  ('make', 'ticket.changed', 'public.support_tickets', '{UPDATE}', 'status', 'Tell data.email.'),
  ('make', 'ticket.replied', 'public.ticket_replies', '{INSERT}', null,
    'From staff: to data.ticket_email. Else tell an admin.'),
  ('make', 'error.reported', 'public.error_reports', '{INSERT}', null, 'Tell an admin.'),
  ('make', 'form.submitted', 'public.form_submissions', '{INSERT}', null,
    'Received from outside; no other destination gets it.');

-- A seat was paid for. Texts that people write come last: a flood of them must not delay paid orders.
update outbox.routes r set priority = 0 where r.message_type like 'enrollment.%';
update outbox.routes r set priority = 2
where r.message_type like any (array['question.%', 'cohort_message.%', 'ticket.%', 'error.%', 'form.%']);

-- sql/50-tutoring/00-schema.sql

create schema tutoring;
comment on schema tutoring is
  'The rules about tutoring: which recording belongs to which session, and whom it is sent to. The tables are in '
  'public.';

create type public.tutoring_session_status as enum ('scheduled', 'completed', 'cancelled');
comment on type public.tutoring_session_status is
  'scheduled: will take place. completed: took place; set by its recording, or by an admin. cancelled: will not take '
  'place; no recording is assigned to it.';

-- sql/50-tutoring/05-emails_of.sql

create function tutoring.emails_of(people jsonb) returns text[]
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return array(select distinct lower(p.value ->> 'email') from jsonb_array_elements(people) p
    where p.value ->> 'email' <> '' order by 1);
end
$$;
comment on function tutoring.emails_of(jsonb) is 'The addresses of [{"name": …, "email": …}] in lower case, each once.';

-- sql/50-tutoring/10-tables/10-tutoring_sessions.sql

create table public.tutoring_sessions (
  id uuid primary key default ops.uuid7(),
  title text not null,
  status public.tutoring_session_status not null default 'scheduled',
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  tutor_user_id uuid,
  tutor_email text not null,
  student_user_id uuid,
  student_email text not null,
  meet_link text,
  calendar_event_id text,
  calendar_as_of jsonb not null default '{}',
  cancelled_by_calendar boolean not null default false,
  completed_by_recap boolean not null default false,
  order_item_id uuid,
  cancelled_by_refund boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint what_was_bought_is_booked_once unique (order_item_id),
  constraint a_session_may_be_bought foreign key (order_item_id) references public.order_items (id),
  constraint a_session_ends_after_it_starts check (ends_at > starts_at),
  constraint a_tutors_address_is_lower_case check (tutor_email = lower(tutor_email)),
  constraint a_students_address_is_lower_case check (student_email = lower(student_email))
);
create index tutoring_sessions_by_tutor on public.tutoring_sessions (tutor_user_id);
create index tutoring_sessions_by_student on public.tutoring_sessions (student_user_id);
create index tutoring_sessions_by_tutors_address on public.tutoring_sessions (tutor_email, ends_at);
create index tutoring_sessions_by_students_address on public.tutoring_sessions (student_email);
create index tutoring_sessions_to_come on public.tutoring_sessions (starts_at) where status = 'scheduled';
create index tutoring_sessions_by_calendar_event on public.tutoring_sessions (calendar_event_id);

alter table public.tutoring_sessions enable row level security;
create policy "tutors and students read their own sessions, admins all"
  on public.tutoring_sessions for select to authenticated
  using (
    tutor_user_id = (select auth.uid())
    or student_user_id = (select auth.uid())
    or (tutor_user_id is null and tutor_email = (select ops.my_email()))
    or (student_user_id is null and student_email = (select ops.my_email()))
    or (select ops.is_admin())
  );

create trigger touch before update on public.tutoring_sessions for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.tutoring_sessions for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.tutoring_sessions for each statement execute function
  outbox.refuse_truncate();

comment on table public.tutoring_sessions is 'Appointments of one tutor with one student.';
comment on column public.tutoring_sessions.tutor_user_id is
  'The tutor''s account. Null: the one with the address tutor_email, once it is confirmed.';
comment on column public.tutoring_sessions.tutor_email is 'Recordings find the session by it; in lower case.';
comment on column public.tutoring_sessions.student_user_id is
  'The student''s account. Null: the one with the address student_email, once it is confirmed.';
comment on column public.tutoring_sessions.student_email is 'Recordings find the session by it; in lower case.';
comment on column public.tutoring_sessions.meet_link is 'The link to the meeting.';
comment on column public.tutoring_sessions.calendar_event_id is 'The calendar''s id of the appointment.';
comment on column public.tutoring_sessions.calendar_as_of is
  'For each part the time of the calendar''s latest change, and the id of its event: an older event is not applied.';
comment on column public.tutoring_sessions.cancelled_by_calendar is
  'It was cancelled in the calendar: if it is confirmed there again, it takes place after all.';
comment on column public.tutoring_sessions.completed_by_recap is
  'A recording completed it: if the recording turns out to be of another session, this one is scheduled again.';
comment on column public.tutoring_sessions.order_item_id is
  'The order item that bought it. Null: it was not bought here.';
comment on column public.tutoring_sessions.cancelled_by_refund is
  'Its order was refunded. If that refund fails, it is scheduled again if the tutor is free.';

-- sql/50-tutoring/10-tables/11-session_recaps.sql

create table public.session_recaps (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  provider_ref text not null,
  tutoring_session_id uuid,
  title text not null,
  url text,
  share_url text,
  started_at timestamptz not null,
  ended_at timestamptz,
  scheduled_start_at timestamptz,
  scheduled_end_at timestamptz,
  language text,
  people jsonb not null,
  emails text[] generated always as (tutoring.emails_of(people)) stored,
  summary_markdown text,
  action_items jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  details_as_of timestamptz not null,
  details_as_of_event text not null,
  summary_as_of timestamptz,
  summary_as_of_event text,
  action_items_as_of timestamptz,
  action_items_as_of_event text,

  constraint a_provider_names_a_recording_once unique (provider, provider_ref),
  constraint a_recap_is_of_a_session foreign key (tutoring_session_id) references public.tutoring_sessions (id)
    on delete set null,
  constraint action_items_are_a_list check (jsonb_typeof(action_items) = 'array'),
  constraint a_summary_says_as_of_when
    check ((summary_markdown is not null) = (summary_as_of is not null and summary_as_of_event is not null)),
  constraint action_items_say_as_of_when
    check ((action_items is not null) = (action_items_as_of is not null and action_items_as_of_event is not null))
);
create index session_recaps_by_session on public.session_recaps (tutoring_session_id);
create index session_recaps_by_email on public.session_recaps using gin (emails);

alter table public.session_recaps enable row level security;
-- Readers see only the recaps of their own sessions: the policy of tutoring_sessions holds here too.
create policy "people read the recaps of their own sessions, admins all"
  on public.session_recaps for select to authenticated
  using (
    exists (select 1 from public.tutoring_sessions s where s.id = tutoring_session_id)
    or (tutoring_session_id is null and emails @> array[(select ops.my_email())])
    or (select ops.is_admin())
  );

create trigger touch before update on public.session_recaps for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.session_recaps
for each row execute function outbox.capture_change('tutoring.recap_details');
create trigger refuse_truncate before truncate on public.session_recaps for each statement execute function
  outbox.refuse_truncate();

comment on table public.session_recaps is
  'Recaps of recorded meetings, one row per recording. Each part (details, summary, action items) is from the latest '
  'event about it.';
comment on column public.session_recaps.provider_ref is 'The provider''s id of the recording.';
comment on column public.session_recaps.tutoring_session_id is
  'The session that was recorded (tutoring.session_of). Null: no known session.';
comment on column public.session_recaps.started_at is 'When the recording starts.';
comment on column public.session_recaps.people is
  'Participants and invited people: [{name, email}], the owner of the recording first.';
comment on column public.session_recaps.emails is
  'The addresses in people. Without a session, the recap belongs to these people.';
comment on column public.session_recaps.action_items is
  '[{description, completed, assignee_name, assignee_email, at_seconds, url}]. Null: not received yet.';
comment on column public.session_recaps.details_as_of is
  'The time of the provider''s latest change of everything but summary and action items; an older event is not '
  'applied.';
comment on column public.session_recaps.details_as_of_event is 'The provider''s id of the event it is from.';
comment on column public.session_recaps.summary_as_of is 'The same for the summary.';
comment on column public.session_recaps.action_items_as_of is 'The same for the action items.';

-- sql/50-tutoring/10-tables/12-session_transcripts.sql

create table public.session_transcripts (
  session_recap_id uuid primary key,
  transcript jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  as_of timestamptz not null,
  as_of_event text not null,

  constraint a_transcript_is_of_a_recap foreign key (session_recap_id) references public.session_recaps (id)
  on delete cascade,
  constraint a_transcript_is_a_list check (jsonb_typeof(transcript) = 'array')
);

alter table public.session_transcripts enable row level security;
create policy "who reads a recap reads its transcript" on public.session_transcripts for select to authenticated
  using (exists (select 1 from public.session_recaps r where r.id = session_recap_id));

create trigger touch before update on public.session_transcripts for each row execute function ops.touch_updated_at();

comment on table public.session_transcripts is
  'Transcripts of recorded meetings. Separate from the recap, because one may have megabytes: read on request, and not '
  'part of any message or broadcast.';
comment on column public.session_transcripts.transcript is
  '[{speaker, email, text, at_seconds}], in the order of time.';
comment on column public.session_transcripts.as_of is
  'The time of the provider''s latest version; an older event is not applied.';
comment on column public.session_transcripts.as_of_event is 'The provider''s id of the event it is from.';

-- sql/50-tutoring/10-tables/13-notifications.sql

create table public.notifications (
  id uuid primary key default ops.uuid7(),
  user_id uuid not null,
  kind text not null,
  title text not null,
  body text,
  session_recap_id uuid,
  tutoring_session_id uuid,
  created_at timestamptz not null default now(),
  read_at timestamptz,

  constraint somebody_is_notified_of_a_recap_once unique (user_id, kind, session_recap_id),
  constraint a_notification_is_of_a_recap foreign key (session_recap_id) references public.session_recaps (id)
    on delete cascade,
  constraint a_notification_is_of_a_session foreign key (tutoring_session_id)
    references public.tutoring_sessions (id) on delete cascade,
  constraint a_kind_is_lower_case check (kind ~ '^[a-z][a-z0-9_]*$')
);
create index notifications_by_recap on public.notifications (session_recap_id);
create index notifications_by_session on public.notifications (tutoring_session_id);

create trigger capture_change after insert or update or delete on public.notifications
for each row execute function outbox.capture_change('tutoring.notification_details');
create trigger refuse_truncate before truncate on public.notifications for each statement execute function
  outbox.refuse_truncate();

alter table public.notifications enable row level security;
create policy "people read their own notifications" on public.notifications for select to authenticated
  using (user_id = (select auth.uid()));
-- Only read_at may be updated (sql/90-grants).
create policy "people mark their own notifications as read" on public.notifications for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

comment on table public.notifications is 'Notifications of an account, shown in the apps.';
comment on column public.notifications.kind is
  'What it is about, for apps with texts or icons of their own: recap_ready, session_rescheduled, '
  'session_cancelled, session_reminder.';
comment on column public.notifications.session_recap_id is 'The recap it links to.';
comment on column public.notifications.tutoring_session_id is 'The session it links to.';
comment on column public.notifications.read_at is 'When it was read; set by the account itself.';

-- sql/50-tutoring/10-tables/14-tutor_exceptions.sql

create type public.tutor_exception_kind as enum ('off', 'extra');
comment on type public.tutor_exception_kind is
  'off: the tutor does not teach. extra: the tutor does, beyond the weekly hours, and although a day is off.';

create table public.tutor_exceptions (
  id uuid primary key default ops.uuid7(),
  tutor_id uuid not null,
  kind public.tutor_exception_kind not null,
  first_day date not null,
  last_day date not null,
  opens_at time,
  closes_at time,
  time_zone text not null,
  note text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint an_exception_is_a_tutors foreign key (tutor_id) references public.tutors (id) on delete cascade,
  constraint an_exception_ends_when_it_begins_or_later check (first_day <= last_day),
  constraint an_exception_lasts_at_most_a_year check (last_day - first_day <= 366),
  constraint an_exception_has_both_times_or_none check ((opens_at is null) = (closes_at is null)),
  constraint a_time_begins_before_it_ends check (opens_at < closes_at),
  constraint extra_hours_say_from_when_to_when check (kind = 'off' or opens_at is not null),
  -- Raises 22023 for a name that Postgres does not know.
  constraint a_time_zone_is_known check (timestamp '2026-01-01' at time zone time_zone is not null),
  constraint a_note_is_at_most_500_characters check (length(note) <= 500)
);
create index tutor_exceptions_by_tutor on public.tutor_exceptions (tutor_id, last_day);

alter table public.tutor_exceptions enable row level security;
create policy "tutors read their own exceptions, admins all" on public.tutor_exceptions for select to authenticated
  using (commerce.is_tutor(tutor_id) or (select ops.is_admin()));
create policy "tutors add their own exceptions, admins everybody's"
  on public.tutor_exceptions for insert to authenticated
  with check (commerce.is_tutor(tutor_id) or (select ops.is_admin()));
create policy "tutors change their own exceptions, admins everybody's"
  on public.tutor_exceptions for update to authenticated
  using (commerce.is_tutor(tutor_id) or (select ops.is_admin()))
  with check (commerce.is_tutor(tutor_id) or (select ops.is_admin()));
create policy "tutors remove their own exceptions, admins everybody's"
  on public.tutor_exceptions for delete to authenticated
  using (commerce.is_tutor(tutor_id) or (select ops.is_admin()));

create trigger touch before update on public.tutor_exceptions for each row execute function ops.touch_updated_at();

comment on table public.tutor_exceptions is
  'Days on which a tutor''s weekly hours do not hold: days off, and extra hours. What is booked already stays booked. '
  'Strangers do not read it: they are told the free times (tutoring.free_times).';
comment on column public.tutor_exceptions.first_day is 'The first day of it, in time_zone.';
comment on column public.tutor_exceptions.last_day is 'The last day of it. Left out: the first.';
comment on column public.tutor_exceptions.opens_at is
  'Local time from which it holds, on each of the days. Null, for days off: the whole day.';
comment on column public.tutor_exceptions.closes_at is 'Local time until which it holds; 24:00: midnight.';
comment on column public.tutor_exceptions.time_zone is 'IANA name. Left out: tutors.time_zone.';
comment on column public.tutor_exceptions.note is 'For the tutor and admins: why.';

-- sql/50-tutoring/10-tables/15-tutoring_session_changes.sql

create type public.tutoring_session_change_kind as enum ('rescheduled', 'cancelled');
comment on type public.tutoring_session_change_kind is 'What was done to a tutoring session.';
create type public.tutoring_session_role as enum ('student', 'tutor', 'admin');
comment on type public.tutoring_session_role is 'As who somebody changed a tutoring session.';
create type public.tutoring_session_refund as enum ('requested', 'by_hand', 'none');
comment on type public.tutoring_session_refund is
  'What becomes of the money of a cancelled session. requested: the provider is asked to refund it (refund_requests). '
  'by_hand: the provider cannot, so its order needs attention. none: cancelled too late, or nothing was paid.';

create table public.tutoring_session_changes (
  id uuid primary key default ops.uuid7(),
  tutoring_session_id uuid not null,
  number integer not null,
  kind public.tutoring_session_change_kind not null,
  changed_as public.tutoring_session_role not null,
  changed_by uuid,
  from_starts_at timestamptz not null,
  to_starts_at timestamptz,
  late boolean not null,
  reason text,
  refund public.tutoring_session_refund,
  refund_minor bigint,
  refund_currency text,
  key text,
  created_at timestamptz not null default now(),

  constraint a_change_is_of_a_session foreign key (tutoring_session_id) references public.tutoring_sessions (id)
    on delete cascade,
  constraint changes_of_a_session_are_numbered unique (tutoring_session_id, number),
  constraint a_key_is_used_once_for_a_session unique (tutoring_session_id, key),
  constraint a_key_is_1_to_200_characters check (length(key) between 1 and 200),
  constraint a_session_is_moved_to_a_time check ((kind = 'rescheduled') = (to_starts_at is not null)),
  constraint a_cancellation_says_what_is_refunded check ((kind = 'cancelled') = (refund is not null)),
  constraint a_refund_has_an_amount
    check (coalesce(refund in ('requested', 'by_hand'), false) = (refund_minor is not null)
      and (refund_minor is null) = (refund_currency is null) and coalesce(refund_minor > 0, true)),
  constraint an_admin_says_why check (changed_as <> 'admin' or coalesce(reason ~ '\S', false)),
  constraint a_reason_is_at_most_1000_characters check (length(reason) <= 1000)
);

alter table public.tutoring_session_changes enable row level security;
-- Readers see only the changes of their own sessions: the policy of tutoring_sessions holds here too.
create policy "people read the changes of their own sessions, admins all"
  on public.tutoring_session_changes for select to authenticated
  using (exists (select 1 from public.tutoring_sessions s where s.id = tutoring_session_id));

create trigger capture_change after insert or update or delete on public.tutoring_session_changes
for each row execute function outbox.capture_change('tutoring.change_details');
create trigger refuse_truncate before truncate on public.tutoring_session_changes for each statement execute function
  outbox.refuse_truncate();

comment on table public.tutoring_session_changes is
  'Who moved or cancelled which tutoring session, when and why: written by public.reschedule_session and '
  'public.cancel_session. What a calendar, a refund or an admin changes in the row itself is not here.';
comment on column public.tutoring_session_changes.number is 'The first change of the session is 1.';
comment on column public.tutoring_session_changes.changed_by is 'The account. Null: the database owner, in Studio.';
comment on column public.tutoring_session_changes.from_starts_at is 'When it began before the change.';
comment on column public.tutoring_session_changes.to_starts_at is 'When it begins now. Null: it was cancelled.';
comment on column public.tutoring_session_changes.late is
  'Less than tutors.cancel_hours before it would have begun. A student who moved a session late is not refunded when '
  'it is cancelled afterwards.';
comment on column public.tutoring_session_changes.reason is 'As they put it; both are shown it.';
comment on column public.tutoring_session_changes.refund_minor is 'How much is refunded, in minor units.';
comment on column public.tutoring_session_changes.key is
  'Chosen by the app: the same call with the same key changes nothing more.';

-- sql/50-tutoring/10-tables/16-session_reminders.sql

create table public.session_reminders (
  id uuid primary key default ops.uuid7(),
  tutoring_session_id uuid not null,
  starts_at timestamptz not null,
  minutes_before integer not null,
  created_at timestamptz not null default now(),

  constraint a_reminder_is_of_a_session foreign key (tutoring_session_id) references public.tutoring_sessions (id)
    on delete cascade,
  constraint people_are_reminded_once unique (tutoring_session_id, starts_at, minutes_before),
  constraint a_reminder_is_before_the_session check (minutes_before > 0)
);

alter table public.session_reminders enable row level security;
-- Readers see only the reminders of their own sessions: the policy of tutoring_sessions holds here too.
create policy "people read the reminders of their own sessions, admins all"
  on public.session_reminders for select to authenticated
  using (exists (select 1 from public.tutoring_sessions s where s.id = tutoring_session_id));

create trigger capture_change after insert or update or delete on public.session_reminders
for each row execute function outbox.capture_change('tutoring.reminder_details');
create trigger refuse_truncate before truncate on public.session_reminders for each statement execute function
  outbox.refuse_truncate();

comment on table public.session_reminders is
  'Which reminders of tutoring sessions were sent (tutoring.remind): one for each time and each of '
  'tutors.reminder_minutes. A session that is moved is reminded of anew.';
comment on column public.session_reminders.starts_at is 'When the session was to begin.';
comment on column public.session_reminders.minutes_before is 'Which of tutors.reminder_minutes it is.';

-- sql/50-tutoring/15-hours/another_time.sql

create function tutoring.another_time(
  tutor_email text, starts_at timestamptz, minutes integer, except_session uuid default null
) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_from timestamptz := greatest(another_time.starts_at, now());
  v_next timestamptz;
begin
  -- What is too far ahead has no next time: the first one there is.
  if v_from > now() + make_interval(hours => 24 * (
    select t.book_ahead_days from public.tutors t where t.email = another_time.tutor_email
  )) then
    v_from := now();
  end if;
  select min(f.starts_at) into v_next
  from tutoring.free_times(another_time.tutor_email, v_from, v_from + interval '31 days', another_time.minutes,
    another_time.except_session) f;
  return case
    when v_next is null then 'No time is free in the 31 days after it: ask for free_times later on.'
    else format('The next free time is %s. Let the buyer choose one of free_times.', ops.iso_utc(v_next))
  end;
end
$$;
comment on function tutoring.another_time(text, timestamptz, integer, uuid) is
  'What to do about a time that cannot be booked: names the first free one within 31 days of it; of one that is over, '
  'or too far ahead, within 31 days of now.';

-- sql/50-tutoring/15-hours/busy_spans.sql

create function tutoring.busy_spans(
  tutor_email text, "from" timestamptz, "to" timestamptz, except_session uuid default null
) returns table (starts_at timestamptz, ends_at timestamptz)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  select s.starts_at, s.ends_at
  from public.tutoring_sessions s
  where s.tutor_email = busy_spans.tutor_email and s.status = 'scheduled' and s.starts_at < busy_spans."to"
    and s.ends_at > busy_spans."from" and s.id is distinct from busy_spans.except_session
  union all
  select r.starts_at, r.ends_at
  from public.stock_reservations r
  where r.tutor_email = busy_spans.tutor_email and r.status = 'held' and r.starts_at < busy_spans."to"
    and r.ends_at > busy_spans."from";
end
$$;
comment on function tutoring.busy_spans(text, timestamptz, timestamptz, uuid) is
  'The sessions of a tutor, and those held for checkouts, that touch a period of time. except_session is left out.';

-- sql/50-tutoring/15-hours/check_bookable.sql

create function tutoring.check_bookable(
  what text, tutor_email text, starts_at timestamptz, minutes integer, except_session uuid default null
) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_tutor public.tutors;
  v_why text;
begin
  select t.* into v_tutor from public.tutors t where t.email = check_bookable.tutor_email;
  if not found then
    return;
  end if;
  v_why := case
    when starts_at < now() + make_interval(mins => v_tutor.notice_minutes) then
      format('it has to be booked %s ahead', tutoring.in_words(v_tutor.notice_minutes))
    when starts_at > now() + make_interval(hours => 24 * v_tutor.book_ahead_days) then
      format('it can be booked %s days ahead at most', v_tutor.book_ahead_days)
    when not tutoring.is_bookable(tutor_email, starts_at, starts_at + make_interval(mins => minutes)) then
      'its tutor teaches at other hours'
    when tutoring.has_hours(v_tutor.id) and not exists (
      select 1 from tutoring.offered_times(v_tutor, starts_at, starts_at + interval '1 microsecond', minutes)
    ) then
      format('its tutor begins every %s from the opening on', tutoring.in_words(v_tutor.step_minutes))
  end;
  if v_why is null then
    return;
  end if;
  raise exception '% cannot be booked at %: %', what, ops.iso_utc(starts_at), v_why
    using errcode = 'P0001', detail = 'not_bookable',
      hint = tutoring.another_time(tutor_email, starts_at, minutes, except_session);
end
$$;
comment on function tutoring.check_bookable(text, text, timestamptz, integer, uuid) is
  'The rule of booking, but for what is taken (tutoring.is_busy): raises P0001 not_bookable for a time that is too '
  'soon, too far ahead, outside of the tutor''s hours or between their steps, and says the next free one. what: named '
  'in the text. Of a tutor with hours it accepts what tutoring.offered_times lists, and nothing else.';

-- sql/50-tutoring/15-hours/fill_in_hours.sql

create function tutoring.fill_in_hours() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.time_zone := coalesce(new.time_zone, (select t.time_zone from public.tutors t where t.id = new.tutor_id));
  if tg_table_name = 'tutor_exceptions' then
    new.last_day := coalesce(new.last_day, new.first_day);
  end if;
  return new;
end
$$;
comment on function tutoring.fill_in_hours() is
  'Row trigger: hours and exceptions that name no time zone are in their tutor''s; an exception without a last day is '
  'of one day.';

create trigger fill_in_hours before insert or update on public.tutor_hours for each row execute function
  tutoring.fill_in_hours();
create trigger fill_in_hours before insert or update on public.tutor_exceptions for each row execute function
  tutoring.fill_in_hours();

-- sql/50-tutoring/15-hours/free_times.sql

create function tutoring.free_times(
  tutor_email text, "from" timestamptz, "to" timestamptz, minutes integer default null,
  except_session uuid default null
) returns table (starts_at timestamptz)
language plpgsql stable
security definer -- for public.free_times: strangers see when a tutor is free, and nobody's sessions
set search_path = ''
as $$
declare
  v_tutor public.tutors;
  v_minutes integer;
  v_break interval;
begin
  select t.* into v_tutor from public.tutors t where t.email = lower(free_times.tutor_email);
  if not found then
    raise exception 'there is no tutor %', free_times.tutor_email using errcode = 'PT404', detail = 'tutor_unknown',
      hint = 'select email from public.tutors; a tutor is added with the first product that names tutor_email.';
  elsif free_times."from" is null or free_times."to" is null or not isfinite(free_times."from")
    or not isfinite(free_times."to") or free_times."from" > free_times."to" then
    raise exception 'free times are listed from a time until a later one' using errcode = '22023',
      detail = 'range_invalid', hint = 'Pass from and to, such as 2026-12-01T00:00:00Z and 2026-12-08T00:00:00Z.';
  elsif free_times."to" - free_times."from" > interval '62 days' then
    raise exception 'free times are listed for at most 62 days' using errcode = '22023', detail = 'range_invalid',
      hint = 'Ask for a shorter time, then for the next.';
  elsif free_times.minutes not between 5 and 1440 then
    raise exception 'a session lasts from 5 minutes to a day, not % minutes', free_times.minutes
      using errcode = '22023', detail = 'range_invalid', hint = 'Pass products.session_minutes.';
  end if;
  v_minutes := coalesce(free_times.minutes, (
    select max(p.session_minutes) from public.products p where p.tutor_id = v_tutor.id and p.active
  ), 60);
  v_break := make_interval(mins => v_tutor.break_minutes);

  return query
  with busy as materialized (
    select coalesce(range_agg(tstzrange(b.starts_at - v_break, b.ends_at + v_break)), '{}') as spans
    from tutoring.busy_spans(v_tutor.email, free_times."from" - v_break,
      free_times."to" + make_interval(mins => v_minutes) + v_break, free_times.except_session) b
  )
  select o.starts_at
  from tutoring.offered_times(v_tutor, free_times."from", free_times."to", v_minutes) o
  where not tstzrange(o.starts_at, o.ends_at) && (select b.spans from busy b)
  order by o.starts_at;
end
$$;
comment on function tutoring.free_times(text, timestamptz, timestamptz, integer, uuid) is
  'When a session with a tutor may begin, from a moment on and before another, at most 62 days later: select * from '
  'tutoring.free_times(''tutor@example.com'', now(), now() + interval ''7 days''). Left out is what is booked, held '
  'for an unpaid checkout, off, too soon (tutors.notice_minutes) or too far ahead (book_ahead_days). minutes: how long '
  'the session lasts; null: as the longest on sale. except_session: a session that is to be moved, and takes no time '
  'itself. A time that is listed can be booked; of a tutor with hours, no other can. Raises 22023 range_invalid, PT404 '
  'tutor_unknown.';

-- sql/50-tutoring/15-hours/has_hours.sql

create function tutoring.has_hours(tutor_id uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (select 1 from public.tutor_hours h where h.tutor_id = has_hours.tutor_id)
    or exists (select 1 from public.tutor_exceptions e where e.tutor_id = has_hours.tutor_id and e.kind = 'extra');
end
$$;
comment on function tutoring.has_hours(uuid) is
  'Whether a tutor has weekly or extra hours. One without can be booked at any time that is not off.';

-- sql/50-tutoring/15-hours/in_words.sql

create function tutoring.in_words(minutes integer) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case
    when minutes > 0 and minutes % 1440 = 0 then format('%s day%s', minutes / 1440,
      case when minutes > 1440 then 's' end)
    when minutes > 0 and minutes % 60 = 0 then format('%s hour%s', minutes / 60, case when minutes > 60 then 's' end)
    else format('%s minute%s', minutes, case when minutes <> 1 then 's' end)
  end;
end
$$;
comment on function tutoring.in_words(integer) is
  'A number of minutes as people say it: "90 minutes", "2 hours", "1 day".';

-- sql/50-tutoring/15-hours/is_bookable.sql

create function tutoring.is_bookable(tutor_email text, starts_at timestamptz, ends_at timestamptz) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_tutor public.tutors;
begin
  select t.* into v_tutor from public.tutors t where t.email = is_bookable.tutor_email;
  return not found
    or tutoring.teaching_times(v_tutor, is_bookable.starts_at, is_bookable.ends_at)
      @> tstzrange(is_bookable.starts_at, is_bookable.ends_at);
end
$$;
comment on function tutoring.is_bookable(text, timestamptz, timestamptz) is
  'Whether a session lies within the hours of its tutor: the weekly ones (public.tutor_hours), less days off, and '
  'extra ones (public.tutor_exceptions). A tutor without hours teaches at any time that is not off. Notice and steps: '
  'tutoring.check_bookable.';

-- sql/50-tutoring/15-hours/is_busy.sql

create function tutoring.is_busy(
  tutor_email text, starts_at timestamptz, ends_at timestamptz, except_session uuid default null
) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_break interval := make_interval(mins => coalesce(
    (select t.break_minutes from public.tutors t where t.email = is_busy.tutor_email), 0
  ));
begin
  return exists (
    select 1 from tutoring.busy_spans(is_busy.tutor_email, is_busy.starts_at - v_break, is_busy.ends_at + v_break,
      is_busy.except_session)
  );
end
$$;
comment on function tutoring.is_busy(text, timestamptz, timestamptz, uuid) is
  'Whether a tutor has a session, or one held for a checkout, in a period of time or less than a break '
  '(tutors.break_minutes) from it. except_session: one that does not count. A caller that is about to book holds '
  'commerce.lock_seats, or tutoring.lock_tutor.';

-- sql/50-tutoring/15-hours/lock_tutor.sql

create function tutoring.lock_tutor(tutor_email text) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(tutoring.tutor_lock(tutor_email));
end
$$;
comment on function tutoring.lock_tutor(text) is
  'Locks one tutor''s time, as commerce.lock_seats does for checkouts: who books or moves a session holds it, so that '
  'a time that is free stays free until it is taken.';

-- sql/50-tutoring/15-hours/offered_times.sql

create function tutoring.offered_times(
  tutor public.tutors, "from" timestamptz, "to" timestamptz, minutes integer
) returns table (starts_at timestamptz, ends_at timestamptz)
language plpgsql stable
set search_path = ''
as $$
declare
  v_length interval := make_interval(mins => minutes);
  v_earliest timestamptz := greatest(offered_times."from", now() + make_interval(mins => tutor.notice_minutes));
  v_latest timestamptz := least(offered_times."to", now() + make_interval(hours => 24 * tutor.book_ahead_days));
  v_teaches tstzmultirange;
begin
  if v_earliest > v_latest then
    return;
  end if;
  v_teaches := tutoring.teaching_times(tutor, v_earliest, v_latest);
  return query
  select distinct g.at, g.at + v_length
  from tutoring.opening_spans(tutor, v_earliest, v_latest) s
  -- From the opening on, and not from v_earliest: the steps are the same whatever is asked for.
  cross join lateral generate_series(
    lower(s.span), least(upper(s.span), v_latest), make_interval(mins => tutor.step_minutes)
  ) g (at)
  where s.kind is distinct from 'off' and g.at >= v_earliest and g.at < offered_times."to"
    and v_teaches @> tstzrange(g.at, g.at + v_length);
end
$$;
comment on function tutoring.offered_times(public.tutors, timestamptz, timestamptz, integer) is
  'When a session of so many minutes may begin, from a moment on and before another, if the tutor has no other then: '
  'within the hours, at their steps, not too soon and not too far ahead.';

-- sql/50-tutoring/15-hours/opening_spans.sql

create function tutoring.opening_spans(tutor public.tutors, "from" timestamptz, "to" timestamptz)
returns table (kind public.tutor_exception_kind, span tstzrange)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  with rules as (
    select null::public.tutor_exception_kind as kind, h.weekday, '-infinity'::date as first_day,
      'infinity'::date as last_day, h.opens_at, h.closes_at, h.time_zone
    from public.tutor_hours h
    where h.tutor_id = tutor.id
    union all
    select null, w.weekday::smallint, '-infinity', 'infinity', time '00:00', time '24:00', tutor.time_zone
    from generate_series(1, 7) w (weekday)
    where not tutoring.has_hours(tutor.id)
    union all
    select e.kind, null, e.first_day, e.last_day, coalesce(e.opens_at, '00:00'), coalesce(e.closes_at, '24:00'),
      e.time_zone
    from public.tutor_exceptions e
    where e.tutor_id = tutor.id
      and e.first_day <= (opening_spans."to" at time zone 'UTC')::date + 2
      and e.last_day >= (opening_spans."from" at time zone 'UTC')::date - 2
  ), clocks as materialized (
    select z.time_zone, o.during, o.utc_offset
    from (select distinct r.time_zone from rules r) z
    cross join lateral tutoring.utc_offsets(z.time_zone, opening_spans."from" - interval '2 days',
      opening_spans."to" + interval '2 days') o
  )
  select r.kind, s.span
  from rules r
  join clocks c on c.time_zone = r.time_zone
  cross join lateral generate_series(
    greatest(r.first_day, (opening_spans."from" at time zone 'UTC')::date - 2)::timestamp,
    least(r.last_day, (opening_spans."to" at time zone 'UTC')::date + 2)::timestamp, interval '1 day'
  ) d (day)
  -- The hours as the clocks show them, as far as they show them so: in the period of this distance from UTC.
  cross join lateral (
    select c.during * tstzrange(
      (d.day + r.opens_at - c.utc_offset) at time zone 'UTC', (d.day + r.closes_at - c.utc_offset) at time zone 'UTC'
    ) as span
  ) s
  where (r.weekday is null or r.weekday = extract(isodow from d.day)) and not isempty(s.span);
end
$$;
comment on function tutoring.opening_spans(public.tutors, timestamptz, timestamptz) is
  'When a tutor teaches, at least from two days before a period of time until two days after it. kind null: weekly '
  'hours (all day long, for a tutor without any); off and extra: exceptions. Hours are what the clocks on the wall '
  'show: an hour that summer time skips is not there, one that it repeats is there twice.';

-- sql/50-tutoring/15-hours/teaching_times.sql

create function tutoring.teaching_times(tutor public.tutors, "from" timestamptz, "to" timestamptz)
returns tstzmultirange
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(range_agg(s.span) filter (where s.kind is null), '{}')
      - coalesce(range_agg(s.span) filter (where s.kind = 'off'), '{}')
      + coalesce(range_agg(s.span) filter (where s.kind = 'extra'), '{}')
    from tutoring.opening_spans(tutor, teaching_times."from", teaching_times."to") s
  );
end
$$;
comment on function tutoring.teaching_times(public.tutors, timestamptz, timestamptz) is
  'When a tutor teaches, at least from a moment until another: the weekly hours, less what is off, and the extra '
  'hours. What touches is one span.';

-- sql/50-tutoring/15-hours/times_of_product.sql

create function tutoring.times_of_product(sku text, "from" timestamptz, "to" timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz)
language plpgsql stable
security definer -- strangers ask for it, and may not read tutors' addresses
set search_path = ''
as $$
declare
  v_product public.products;
begin
  select p.* into v_product from public.products p
  where p.sku = times_of_product.sku and p.active and p.kind = 'tutoring_session';
  if not found then
    raise exception 'there is no tutoring session % on sale', times_of_product.sku
      using errcode = 'PT404', detail = 'unknown_item', hint = 'Show the catalogue again.';
  end if;
  return query
  select f.starts_at, f.starts_at + make_interval(mins => v_product.session_minutes)
  from tutoring.free_times(v_product.tutor_email, times_of_product."from", times_of_product."to",
    v_product.session_minutes) f
  where coalesce(v_product.stock > 0, true)
  order by 1;
end
$$;
comment on function tutoring.times_of_product(text, timestamptz, timestamptz) is
  'For public.free_times: see there.';

-- sql/50-tutoring/15-hours/tutor_lock.sql

create function tutoring.tutor_lock(tutor_email text) returns bigint
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return hashtextextended('signalbox tutor ' || tutor_email, 0);
end
$$;
comment on function tutoring.tutor_lock(text) is
  'The key of the advisory lock of one tutor''s time: commerce.lock_seats takes it for checkouts, tutoring.lock_tutor '
  'for a session that is booked or moved.';

-- sql/50-tutoring/15-hours/utc_offsets.sql

create function tutoring.utc_offsets(time_zone text, "from" timestamptz, "to" timestamptz)
returns table (during tstzrange, utc_offset interval)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  with noons as (
    select n.at, (n.at at time zone utc_offsets.time_zone) - (n.at at time zone 'UTC') as shift
    from generate_series(
      date_bin('24 hours', utc_offsets."from", '2000-01-01Z') - interval '24 hours',
      utc_offsets."to" + interval '48 hours', interval '24 hours'
    ) n (at)
  ), pairs as (
    select n.at, n.shift, lead(n.at) over w as next_at, lead(n.shift) over w as next_shift from noons n
    window w as (order by n.at)
  ), beginnings as (
    (select '-infinity'::timestamptz as at, p.shift from pairs p order by p.at limit 1)
    union all
    -- Clocks are changed at a quarter of an hour of UTC, and not twice in a day.
    select (
      select min(q.at) from generate_series(p.at, p.next_at, interval '15 minutes') q (at)
      where (q.at at time zone utc_offsets.time_zone) - (q.at at time zone 'UTC') = p.next_shift
    ), p.next_shift
    from pairs p where p.next_shift <> p.shift
  )
  select tstzrange(b.at, lead(b.at) over (order by b.at)), b.shift from beginnings b;
end
$$;
comment on function tutoring.utc_offsets(text, timestamptz, timestamptz) is
  'How far the clocks of a time zone are ahead of UTC, around a period of time: one row, and one more for each change '
  'to or from summer time. Local times that a change skips are in none of them; those that it repeats are in two.';

-- sql/50-tutoring/20-sessions/apply_calendar_change.sql

create function tutoring.apply_calendar_change(fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
  v_said jsonb;
  v_parts text[];
begin
  if fact ->> 'appointment_id' is not null then
    return;
  end if;
  -- A session that moves looks for its recordings, and recordings look for their session: take the lock before either's
  -- row, as in apply_meeting.
  perform pg_advisory_xact_lock(tutoring.matching_lock());
  if fact ->> 'session_id' is not null then
    select s.* into v_session from public.tutoring_sessions s
      where s.id = (fact ->> 'session_id')::uuid for no key update;
    if not found then
      raise exception 'there is no tutoring session %', fact ->> 'session_id'
        using errcode = 'P0002', hint
        = 'Send the id of a row of tutoring_sessions, or none: then it is found by calendar_event_id.';
    end if;
  else
    select s.* into v_session
    from public.tutoring_sessions s
    where s.calendar_event_id = fact ->> 'provider_ref'
    order by s.id
    limit 1
    for no key update;
  end if;

  v_said := jsonb_build_object(
    'calendar_event_id', fact -> 'provider_ref', 'status', fact -> 'status', 'meet_link', fact -> 'meet_link',
    'starts_at', case when fact ->> 'starts_at' is not null then jsonb_build_array(fact -> 'starts_at',
      fact -> 'ends_at') end
  );
  v_parts := inbox.newer_parts(v_session.calendar_as_of, v_said, fact ->> 'occurred_at');
  if v_session.id is null or v_parts = '{}' then
    return;
  end if;
  update public.tutoring_sessions s
  set calendar_event_id = case when 'calendar_event_id' = any (v_parts) then fact ->> 'provider_ref'
    else s.calendar_event_id end,
      starts_at = case when 'starts_at' = any (v_parts) then (fact ->> 'starts_at')::timestamptz else s.starts_at end,
      ends_at = case when 'starts_at' = any (v_parts) then (fact ->> 'ends_at')::timestamptz else s.ends_at end,
      meet_link = case when 'meet_link' = any (v_parts) then fact ->> 'meet_link' else s.meet_link end,
      status = case
        when 'status' <> all (v_parts) then s.status
        when fact ->> 'status' = 'cancelled' and s.status = 'scheduled' then 'cancelled'
        when fact ->> 'status' = 'confirmed' and s.status = 'cancelled' and s.cancelled_by_calendar
          -- The calendar does not undo a refund.
          and not exists (
            select 1 from public.order_items i join public.orders o on o.id = i.order_id
            where i.id = s.order_item_id and o.status = 'refunded'
          ) then 'scheduled'
        else s.status
      end,
      cancelled_by_calendar = s.cancelled_by_calendar
        or ('status' = any (v_parts) and fact ->> 'status' = 'cancelled' and s.status = 'scheduled'),
      calendar_as_of = s.calendar_as_of
        || (
          select jsonb_object_agg(p.part, jsonb_build_array(fact -> 'occurred_at', md5((v_said -> p.part)::text)))
          from unnest(v_parts) as p (part)
        )
  where s.id = v_session.id;
end
$$;
comment on function tutoring.apply_calendar_change(jsonb) is
  'Applies calendar.changed to the session it names, or that has the calendar''s id: the latest event wins, part by '
  'part (time, status, link). A completed one stays completed; one that was cancelled by a refund or by hand stays '
  'cancelled. An appointment that is not here changes nothing.';

-- sql/50-tutoring/20-sessions/audience.sql

create function tutoring.audience(recap_id uuid)
returns table (role text, name text, email text, user_id uuid)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  select a.role, (select max(p.value ->> 'name') from jsonb_array_elements(r.people) p
    where lower(p.value ->> 'email') = a.email), a.email, a.user_id
  from public.session_recaps r
  left join public.tutoring_sessions s on s.id = r.tutoring_session_id
  cross join lateral (
    select p.role, p.email, p.user_id from tutoring.participants(s) p where s.id is not null
    union all
    select null, e.email, commerce.user_of(e.email) from unnest(r.emails) e (email) where s.id is null
  ) a
  where r.id = audience.recap_id;
end
$$;
comment on function tutoring.audience(uuid) is
  'The people a recap is for: tutor and student of its session; without one, everyone in the meeting whose address is '
  'known (role null). user_id is null for people without an account.';

-- sql/50-tutoring/20-sessions/book_session.sql

create function tutoring.book_session(order_item_id uuid) returns text
language plpgsql
set search_path = ''
as $$
declare
  v record;
begin
  select i.name, i.sku, r.starts_at, r.ends_at, r.tutor_email, o.email, o.user_id into v
  from public.order_items i
  join public.orders o on o.id = i.order_id
  join public.stock_reservations r
    on r.checkout_session_id = o.checkout_session_id and r.product_id = i.product_id and r.starts_at = i.starts_at
  where i.id = book_session.order_item_id;
  if exists (select 1 from public.tutoring_sessions s where s.order_item_id = book_session.order_item_id) then
    return null;
  elsif v.starts_at < now() then
    return format('%s was paid after the time it was to begin at, %s. Agree on another one with %s, or refund it.',
      v.sku, ops.iso_utc(v.starts_at), v.email);
  end if;
  insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, tutor_user_id, student_email,
    student_user_id, order_item_id)
  values (v.name, v.starts_at, v.ends_at, v.tutor_email, commerce.user_of(v.tutor_email), v.email, v.user_id,
    book_session.order_item_id);
  return null;
end
$$;
comment on function tutoring.book_session(uuid) is
  'Books the session that was bought, at the time that was reserved by the checkout. Once, however often it is called. '
  'Returns null, or a text that says why not: the time is over.';

-- sql/50-tutoring/20-sessions/check_trial.sql

create function tutoring.check_trial(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_trial record;
begin
  select count(*) as items, min(p.sku) as sku, s.email, s.user_id into v_trial
  from public.checkout_items i
  join public.products p on p.id = i.product_id and p.trial
  join public.checkout_sessions s on s.id = i.checkout_session_id
  where i.checkout_session_id = check_trial.checkout_session_id
  group by s.id;
  if not found then
    return;
  end if;
  -- Two checkouts of one student at a time would not see each other. Before all other locks: nobody waits for it who
  -- holds one.
  perform pg_advisory_xact_lock(hashtextextended('signalbox trial ' || v_trial.email, 0));
  if v_trial.items > 1
    or exists (
      select 1
      from public.stock_reservations r
      join public.products p on p.id = r.product_id and p.trial
      join public.checkout_sessions s on s.id = r.checkout_session_id
      where r.status = 'held' and (s.email = v_trial.email or s.user_id = v_trial.user_id)
    )
    or exists (
      select 1
      from public.orders o
      join public.order_items i on i.order_id = o.id
      join public.products p on p.id = i.product_id and p.trial
      left join public.tutoring_sessions t on t.order_item_id = i.id
      where (o.email = v_trial.email or o.user_id = v_trial.user_id) and o.status <> 'refunded'
        and (
          t.status is distinct from 'cancelled'
          or exists (
            select 1 from public.tutoring_session_changes c
            where c.tutoring_session_id = t.id and c.kind = 'cancelled' and c.changed_as = 'student' and c.late
          )
        )
    ) then
    raise exception '% is a trial, and each student has one', v_trial.sku
      using errcode = 'P0001', detail = 'trial_used',
        hint = 'Offer a regular session. A trial that is cancelled in time may be booked again.';
  end if;
end
$$;
comment on function tutoring.check_trial(uuid) is
  'For a new checkout: refuses a second trial session (products.trial) of one student, by e-mail address and account: '
  'one that is held, bought, or was cancelled too late. Raises P0001 trial_used.';

-- sql/50-tutoring/20-sessions/forget_cancellation.sql

create function tutoring.forget_cancellation() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.cancelled_by_calendar := false;
  return new;
end
$$;
comment on function tutoring.forget_cancellation() is
  'Row trigger: a session that is scheduled again no longer counts as cancelled by the calendar. If an admin cancels '
  'it afterwards, the calendar does not bring it back.';

create trigger forget_cancellation before update on public.tutoring_sessions
for each row when (new.status <> 'cancelled' and new.cancelled_by_calendar) execute function
  tutoring.forget_cancellation();

-- sql/50-tutoring/20-sessions/participants.sql

create function tutoring.participants(session public.tutoring_sessions)
returns table (role text, email text, user_id uuid)
language plpgsql stable
set search_path = ''
as $$
begin
  return query values
    ('tutor', session.tutor_email, coalesce(session.tutor_user_id, commerce.user_of(session.tutor_email))),
    ('student', session.student_email, coalesce(session.student_user_id, commerce.user_of(session.student_email)));
end
$$;
comment on function tutoring.participants(public.tutoring_sessions) is
  'The tutor and the student of a session. user_id is null for people without an account.';

-- sql/50-tutoring/20-sessions/settle_bookings.sql

create function tutoring.settle_bookings(order_id uuid, refunded boolean) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_session record;
begin
  -- Most orders hold no session: their refunds need not queue for the lock that a change of sessions takes.
  if not exists (
    select 1 from public.order_items i where i.order_id = settle_bookings.order_id and i.kind = 'tutoring_session'
  ) then
    return;
  end if;
  if settle_bookings.refunded then
    update public.tutoring_sessions s set status = 'cancelled', cancelled_by_refund = true
    where s.status = 'scheduled' and s.order_item_id in (select i.id from public.order_items i
      where i.order_id = settle_bookings.order_id);
    return;
  end if;
  for v_session in
    select s.*
    from public.order_items i join public.tutoring_sessions s on s.order_item_id = i.id
    where i.order_id = settle_bookings.order_id and s.cancelled_by_refund
    order by s.tutor_email, s.starts_at
  loop
    perform tutoring.lock_tutor(v_session.tutor_email);
    if tutoring.is_busy(v_session.tutor_email, v_session.starts_at, v_session.ends_at) then
      update public.orders o
      set status = 'needs_attention',
          attention_reason = concat_ws(' ', o.attention_reason,
            format('Its refund failed, and the tutor''s time at %s was taken since. Refund it again.',
              ops.iso_utc(v_session.starts_at)))
      where o.id = settle_bookings.order_id;
    else
      update public.tutoring_sessions s set status = 'scheduled', cancelled_by_refund = false where s.id = v_session.id;
    end if;
  end loop;
end
$$;
comment on function tutoring.settle_bookings(uuid, boolean) is
  'An order was refunded in full: the sessions it bought are cancelled. Or that refund failed: they are scheduled '
  'again, where the tutor is free.';

-- sql/50-tutoring/20-sessions/tell_participants.sql

create function tutoring.tell_participants() returns trigger
language plpgsql
security definer -- only the owner may insert into realtime.messages
set search_path = ''
as $$
declare
  v_users uuid[];
  v_payload jsonb;
begin
  if tg_table_name = 'tutoring_sessions' then
    v_users := array(select distinct p.user_id from tutoring.participants(new) p where p.user_id is not null);
  else
    v_users := array(select distinct a.user_id from tutoring.audience(new.id) a where a.user_id is not null);
  end if;
  if v_users = '{}' then
    return null;
  end if;
  -- The format of realtime.broadcast_changes.
  v_payload := jsonb_build_object(
    'operation', tg_op, 'table', tg_table_name, 'schema', tg_table_schema, 'record', to_jsonb(new),
    'old_record', case when tg_op = 'UPDATE' then to_jsonb(old) end
  );
  -- Hosted Realtime refuses messages over 256 KB.
  if octet_length(v_payload::text) > 200000 then
    v_payload := v_payload || jsonb_build_object(
      'record', jsonb_build_object('id', new.id), 'old_record', case when tg_op = 'UPDATE'
      then jsonb_build_object('id', new.id) end
    );
  end if;
  perform realtime.send(v_payload, tg_op, 'user:' || u.id) from unnest(v_users) as u (id);
  return null;
exception when others then
  -- As in ops.tell_owner: a lost broadcast is read from the table later.
  raise warning 'Realtime did not take a change of %.%: %', tg_table_schema, tg_table_name, sqlerrm;
  return null;
end
$$;
comment on function tutoring.tell_participants() is
  'Row trigger: broadcasts the change of a session or recap to the private topics of its people, in the format of '
  'ops.tell_owner. Of a row over 200 KB only the id.';

create trigger tell_participants after insert or update on public.tutoring_sessions
for each row execute function tutoring.tell_participants();
create trigger tell_participants after insert or update on public.session_recaps
for each row execute function tutoring.tell_participants();

-- sql/50-tutoring/25-changes/cancel.sql

create function tutoring.cancel(session_id uuid, reason text default null, refund boolean default null)
returns public.tutoring_session_changes
language plpgsql
security definer -- for public.cancel_session: the caller's role in the session is checked here
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
  v_role public.tutoring_session_role;
  v_change public.tutoring_session_changes;
begin
  perform commerce.lock_payment(p.id)
  from public.tutoring_sessions s cross join lateral tutoring.payments_of(s) p
  where s.id = cancel.session_id
  order by hashtextextended(p.provider || '/payment/' || p.provider_ref, 0);
  v_session := tutoring.lock_session(cancel.session_id, cancel.reason);
  v_role := tutoring.role_in(v_session, cancel.reason);
  if v_session.status = 'cancelled' then
    select c.* into v_change from public.tutoring_session_changes c
    where c.tutoring_session_id = v_session.id and c.kind = 'cancelled' order by c.number desc limit 1;
    if found then
      return v_change;
    end if;
  end if;
  if v_session.status = 'completed' or (v_role <> 'admin' and (v_session.status = 'cancelled'
    or v_session.starts_at <= now())) then
    raise exception 'this session is % and cannot be cancelled', case
        when v_session.status = 'scheduled' then 'under way' else v_session.status::text end
      using errcode = 'PT409', detail = 'session_over', hint = 'Ask an admin, who may refund it.';
  elsif cancel.refund is not null and v_role <> 'admin' then
    raise exception 'only an admin decides about a refund' using errcode = '42501',
      hint = 'Leave refund out: the rules of the tutor decide.';
  end if;

  v_change.tutoring_session_id := v_session.id;
  v_change.kind := 'cancelled';
  v_change.changed_as := v_role;
  v_change.from_starts_at := v_session.starts_at;
  v_change.late := tutoring.is_late(v_session);
  v_change.reason := nullif(btrim(cancel.reason), '');
  v_change.refund := 'none';
  if coalesce(cancel.refund, tutoring.is_refunded_to(v_session, v_role)) then
    select r.refund, r.minor, r.currency into v_change.refund, v_change.refund_minor, v_change.refund_currency
    from tutoring.refund_session(v_session, format('Session cancelled by its %s.', v_role)) r;
  end if;
  update public.tutoring_sessions s set status = 'cancelled', cancelled_by_calendar = false where s.id = v_session.id;
  return tutoring.record_change(v_change);
end
$$;
comment on function tutoring.cancel(uuid, text, boolean) is
  'For public.cancel_session, and for the database owner: select * from tutoring.cancel(''<id>'', ''why'').';

-- sql/50-tutoring/25-changes/change_details.sql

create function tutoring.change_details(change_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'title', s.title, 'status', s.status, 'starts_at', s.starts_at, 'ends_at', s.ends_at,
      'tutor_email', s.tutor_email, 'tutor_name', t.name, 'student_email', s.student_email,
      'meet_link', s.meet_link, 'time_zone', t.time_zone
    )
    from public.tutoring_session_changes c
    join public.tutoring_sessions s on s.id = c.tutoring_session_id
    left join public.tutors t on t.email = s.tutor_email
    where c.id = change_details.change_id
  );
end
$$;
comment on function tutoring.change_details(uuid) is
  'What a message about a change of a session holds besides its row: the session as it is now (title, status, '
  'starts_at, ends_at, meet_link), the addresses to write to, and the tutor''s name and time zone.';

-- sql/50-tutoring/25-changes/is_late.sql

create function tutoring.is_late(session public.tutoring_sessions) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return now() > session.starts_at - make_interval(hours => (
    select t.cancel_hours from public.tutors t where t.email = session.tutor_email
  ));
end
$$;
comment on function tutoring.is_late(public.tutoring_sessions) is
  'Whether it is too late for a student to cancel a session and be refunded (tutors.cancel_hours).';

-- sql/50-tutoring/25-changes/is_refunded_to.sql

create function tutoring.is_refunded_to(session public.tutoring_sessions, role public.tutoring_session_role)
returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  -- The last that the student did not do: what the student did before does not matter any more.
  v_given integer := (
    select max(c.number) from public.tutoring_session_changes c
    where c.tutoring_session_id = session.id and c.kind = 'rescheduled' and c.changed_as <> 'student'
  );
  v_chosen boolean;
  v_evaded boolean;
begin
  select count(*) > 0, coalesce(bool_or(c.late), false) into v_chosen, v_evaded
  from public.tutoring_session_changes c
  where c.tutoring_session_id = session.id and c.kind = 'rescheduled' and c.changed_as = 'student'
    and (v_given is null or c.number > v_given);
  return role <> 'student'
    or (v_given is not null and not v_chosen)
    or not (tutoring.is_late(session) or v_evaded);
end
$$;
comment on function tutoring.is_refunded_to(public.tutoring_sessions, public.tutoring_session_role) is
  'Whether a session is refunded when it is cancelled now: always to a tutor or admin. To a student who is in time, '
  'and did not move it late before; and at any time when the tutor or an admin was the last to move it.';

-- sql/50-tutoring/25-changes/local_time.sql

create function tutoring.local_time(session public.tutoring_sessions, moment timestamptz) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_zone text := coalesce((select t.time_zone from public.tutors t where t.email = session.tutor_email), 'UTC');
begin
  return format('%s (%s)', to_char(moment at time zone v_zone, 'YYYY-MM-DD HH24:MI'), v_zone);
end
$$;
comment on function tutoring.local_time(public.tutoring_sessions, timestamptz) is
  'A time as the tutor''s clock shows it: "2026-12-01 15:00 (Africa/Douala)". For notifications; apps show starts_at '
  'in the time zone of their user.';

-- sql/50-tutoring/25-changes/lock_session.sql

create function tutoring.lock_session(session_id uuid, reason text) returns public.tutoring_sessions
language plpgsql
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
begin
  -- The order of locks: docs/architecture.md.
  perform pg_advisory_xact_lock(tutoring.matching_lock());
  select s.* into v_session from public.tutoring_sessions s where s.id = lock_session.session_id for no key update;
  if v_session.id is null or tutoring.role_in(v_session, lock_session.reason) is null then
    raise exception 'there is no tutoring session % of yours', lock_session.session_id
      using errcode = 'PT404', detail = 'session_unknown', hint = 'Read tutoring_sessions again.';
  elsif tutoring.role_in(v_session, lock_session.reason) = 'admin'
    -- <why>: the placeholder of a remedy in ops.attention.
    and (coalesce(lock_session.reason !~ '\S', true) or strpos(lock_session.reason, '<why>') > 0) then
    raise exception 'an admin says why' using errcode = '22023', detail = 'reason_missing', hint = 'Pass reason.';
  end if;
  insert into public.tutors (email) values (v_session.tutor_email) on conflict (email) do nothing;
  return v_session;
end
$$;
comment on function tutoring.lock_session(uuid, text) is
  'A session that the caller is about to change, locked; the caller holds the locks that come before it. Its tutor, '
  'where a calendar made the session, gets a row with the usual rules. Raises PT404 session_unknown for one that is '
  'somebody else''s, 22023 reason_missing for an admin without a reason.';

-- sql/50-tutoring/25-changes/notify_of_change.sql

create function tutoring.notify_of_change(change public.tutoring_session_changes) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
begin
  select s.* into v_session from public.tutoring_sessions s where s.id = change.tutoring_session_id;
  insert into public.notifications (user_id, kind, title, body, tutoring_session_id)
  select p.user_id, 'session_' || change.kind,
    case change.kind when 'rescheduled' then 'Your session was moved' else 'Your session was cancelled' end,
    concat_ws(' ',
      case change.kind
        when 'rescheduled' then format('%s: now %s, before %s.', v_session.title,
          tutoring.local_time(v_session, change.to_starts_at), tutoring.local_time(v_session, change.from_starts_at))
        else format('%s, %s.', v_session.title, tutoring.local_time(v_session, change.from_starts_at))
      end,
      change.reason
    ),
    v_session.id
  from tutoring.participants(v_session) p
  where p.user_id is not null;
end
$$;
comment on function tutoring.notify_of_change(public.tutoring_session_changes) is
  'Notifies the accounts of the tutor and the student that their session was moved or cancelled.';

-- sql/50-tutoring/25-changes/paid_minor.sql

create function tutoring.paid_minor(session public.tutoring_sessions) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    -- Its share of what was paid for the items, with tax and less discounts; not of the shipping of other items.
    select floor((o.total_minor - o.shipping_minor)::numeric * i.unit_price_minor * i.quantity
      / nullif((select sum(x.unit_price_minor * x.quantity) from public.order_items x where x.order_id = o.id), 0))
    from public.order_items i
    join public.orders o on o.id = i.order_id
    where i.id = session.order_item_id
  );
end
$$;
comment on function tutoring.paid_minor(public.tutoring_sessions) is
  'What was paid for a session, in minor units of its order''s currency: its share of the order. Null: it was free, or '
  'not bought here.';

-- sql/50-tutoring/25-changes/payments_of.sql

create function tutoring.payments_of(session public.tutoring_sessions) returns setof public.payments
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  with paid as (
    select p as payment
    from public.order_items i
    join public.orders o on o.id = i.order_id
    join public.payments p on p.id = o.payment_id
    where i.id = session.order_item_id
  )
  select (paid.payment).* from paid
  union all
  select parts.* from paid cross join lateral commerce.parts_of(paid.payment) parts;
end
$$;
comment on function tutoring.payments_of(public.tutoring_sessions) is
  'The payment that bought a session; several, where it was captured in parts. None: it was not bought here.';

-- sql/50-tutoring/25-changes/record_change.sql

create function tutoring.record_change(change public.tutoring_session_changes) returns public.tutoring_session_changes
language plpgsql
set search_path = ''
as $$
declare
  v_change public.tutoring_session_changes := change;
begin
  v_change.id := ops.uuid7();
  v_change.number := (
    select count(*) + 1 from public.tutoring_session_changes c where c.tutoring_session_id = change.tutoring_session_id
  );
  v_change.changed_by := auth.uid();
  v_change.created_at := now();
  insert into public.tutoring_session_changes select v_change.*;
  perform tutoring.notify_of_change(v_change);
  return v_change;
end
$$;
comment on function tutoring.record_change(public.tutoring_session_changes) is
  'Records a change of a session as the caller''s, and notifies tutor and student. The caller holds the session''s '
  'row.';

-- sql/50-tutoring/25-changes/refund_session.sql

create function tutoring.refund_session(
  session public.tutoring_sessions, reason text,
  out refund public.tutoring_session_refund, out minor bigint, out currency text
)
language plpgsql
set search_path = ''
as $$
declare
  v_order public.orders;
  v_payment public.payments;
  v_left bigint := tutoring.paid_minor(session);
  v_part bigint;
begin
  refund := 'none';
  select o.* into v_order
  from public.order_items i join public.orders o on o.id = i.order_id where i.id = session.order_item_id;
  select least(v_left, sum(commerce.refundable(p.id))) into v_left from tutoring.payments_of(session) p;
  if v_left is null or v_left <= 0 then
    return;
  end if;
  minor := v_left;
  currency := v_order.currency;
  for v_payment in select p.* from tutoring.payments_of(session) p order by p.id loop
    v_part := least(v_left, commerce.refundable(v_payment.id));
    continue when v_part <= 0;
    if exists (select 1 from inbox.providers p where p.name = v_payment.provider and p.can_refund) then
      perform commerce.request_refund(v_payment.id, v_part, refund_session.reason, requested_by => 'tutoring');
      refund := case when refund = 'by_hand' then 'by_hand' else 'requested' end;
    else
      refund := 'by_hand';
      update public.orders o
      set status = case when o.status = 'refunded' then o.status else 'needs_attention' end,
          attention_reason = concat_ws(' ', o.attention_reason, format(
            'Its session at %s was cancelled, and %s cannot refund by its API: pay back %s %s (minor units) by hand, '
            'then commerce.record_refund(%L, %s, …).', ops.iso_utc(session.starts_at), v_payment.provider, v_part,
            v_payment.currency, v_payment.id, v_part))
      where o.id = v_order.id;
    end if;
    v_left := v_left - v_part;
  end loop;
end
$$;
comment on function tutoring.refund_session(public.tutoring_sessions, text) is
  'Requests the refund of what was paid for a session, as far as it was not refunded already; where the provider '
  'cannot, its order needs attention. minor: how much, in minor units. The caller holds the payments.';

-- sql/50-tutoring/25-changes/reschedule.sql

create function tutoring.reschedule(session_id uuid, starts_at timestamptz, reason text default null, key text
  default null) returns public.tutoring_session_changes
language plpgsql
security definer -- for public.reschedule_session: the caller's role in the session is checked here
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
  v_tutor public.tutors;
  v_role public.tutoring_session_role;
  v_minutes integer;
  v_change public.tutoring_session_changes;
begin
  perform tutoring.lock_tutor(s.tutor_email) from public.tutoring_sessions s where s.id = reschedule.session_id;
  v_session := tutoring.lock_session(reschedule.session_id, reschedule.reason);
  v_role := tutoring.role_in(v_session, reschedule.reason);
  select t.* into v_tutor from public.tutors t where t.email = v_session.tutor_email;
  v_minutes := extract(epoch from v_session.ends_at - v_session.starts_at) / 60;

  -- The same call again.
  select c.* into v_change
  from public.tutoring_session_changes c
  where c.tutoring_session_id = v_session.id and c.kind = 'rescheduled'
    and case when reschedule.key is null then v_session.starts_at = reschedule.starts_at else c.key = reschedule.key end
  order by c.number desc limit 1;
  if v_change.to_starts_at = reschedule.starts_at then
    return v_change;
  elsif v_change.key is not null and reschedule.key is not null then
    raise exception 'this key was used to move the session to %', ops.iso_utc(v_change.to_starts_at)
      using errcode = 'PT409', detail = 'key_reused', hint = 'Pass a new key for another time.';
  end if;

  if v_session.status <> 'scheduled' or (v_session.starts_at <= now() and v_role <> 'admin') then
    raise exception 'this session is % and cannot be moved', case
        when v_session.status = 'scheduled' then 'under way' else v_session.status::text end
      using errcode = 'PT409', detail = 'session_over', hint = 'Book another one.';
  elsif reschedule.starts_at is null then
    raise exception 'a session is moved to another time' using errcode = '22023', detail = 'starts_at_missing',
      hint = 'Pass starts_at, one of free_times_to_move.';
  elsif reschedule.starts_at = v_session.starts_at then
    raise exception 'the session begins at % already', ops.iso_utc(v_session.starts_at)
      using errcode = 'PT409', detail = 'starts_at_unchanged', hint = 'Show the session: there is nothing to do.';
  elsif v_role = 'student' and now() > v_session.starts_at - make_interval(hours => v_tutor.reschedule_hours) then
    raise exception 'a session can be moved until % before it begins',
      tutoring.in_words(60 * v_tutor.reschedule_hours)
      using errcode = 'PT409', detail = 'too_late', hint = 'Ask the tutor, who may still move it.';
  elsif v_role <> 'admin' and (
    select count(*) from public.tutoring_session_changes c
    where c.tutoring_session_id = v_session.id and c.kind = 'rescheduled' and c.changed_as = v_role
  ) >= v_tutor.max_reschedules then
    raise exception 'a % moves a session at most % times', v_role, v_tutor.max_reschedules
      using errcode = 'PT409', detail = 'moved_too_often', hint = 'Cancel it, or ask an admin.';
  end if;
  if v_role <> 'admin' then
    perform tutoring.check_bookable(v_session.title, v_session.tutor_email, reschedule.starts_at, v_minutes,
      v_session.id);
  elsif reschedule.starts_at <= now() then
    raise exception 'a session is not moved to the past' using errcode = '22023', detail = 'starts_at_past',
      hint = 'Pass a later time.';
  end if;
  if tutoring.is_busy(v_session.tutor_email, reschedule.starts_at,
    reschedule.starts_at + (v_session.ends_at - v_session.starts_at), v_session.id) then
    raise exception 'the tutor is busy at %', ops.iso_utc(reschedule.starts_at)
      using errcode = 'P0001', detail = 'sold_out',
        hint = tutoring.another_time(v_session.tutor_email, reschedule.starts_at, v_minutes, v_session.id);
  end if;

  v_change := null;
  v_change.tutoring_session_id := v_session.id;
  v_change.kind := 'rescheduled';
  v_change.changed_as := v_role;
  v_change.from_starts_at := v_session.starts_at;
  v_change.to_starts_at := reschedule.starts_at;
  v_change.late := tutoring.is_late(v_session);
  v_change.reason := nullif(btrim(reschedule.reason), '');
  v_change.key := reschedule.key;
  update public.tutoring_sessions s
  set starts_at = reschedule.starts_at, ends_at = reschedule.starts_at + (s.ends_at - s.starts_at),
      -- What a calendar said before does not move it back.
      calendar_as_of = s.calendar_as_of || jsonb_build_object('starts_at', jsonb_build_array(ops.iso_utc(now()), ''))
  where s.id = v_session.id;
  return tutoring.record_change(v_change);
end
$$;
comment on function tutoring.reschedule(uuid, timestamptz, text, text) is
  'For public.reschedule_session, and for the database owner: select * from tutoring.reschedule(''<id>'', '
  '''2026-12-01T15:00:00Z'', ''why'').';

-- sql/50-tutoring/25-changes/role_in.sql

create function tutoring.role_in(session public.tutoring_sessions, reason text default null)
returns public.tutoring_session_role
language plpgsql stable
set search_path = ''
as $$
declare
  v_caller uuid := auth.uid(); -- null: the database owner, in Studio
  v_email text := ops.my_email();
  v_role public.tutoring_session_role := case
    when session.student_user_id = v_caller or (session.student_user_id is null and session.student_email = v_email)
      then 'student'
    when session.tutor_user_id = v_caller or (session.tutor_user_id is null and session.tutor_email = v_email)
      then 'tutor'
  end;
begin
  if v_caller is null or (ops.is_admin() and (v_role is null or reason ~ '\S')) then
    return 'admin';
  end if;
  return v_role;
end
$$;
comment on function tutoring.role_in(public.tutoring_sessions, text) is
  'As who the caller changes a session: student or tutor, by the policy of tutoring_sessions; admin for an admin who '
  'is neither, or gives a reason, and for the database owner. Null: it is not the caller''s.';

-- sql/50-tutoring/25-changes/times_of_session.sql

create function tutoring.times_of_session(session_id uuid, "from" timestamptz, "to" timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz)
language plpgsql stable
security definer -- for public.free_times_to_move: who may ask is checked here
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
begin
  select s.* into v_session from public.tutoring_sessions s where s.id = times_of_session.session_id;
  if v_session.id is null or tutoring.role_in(v_session) is null then
    raise exception 'there is no tutoring session % of yours', times_of_session.session_id
      using errcode = 'PT404', detail = 'session_unknown', hint = 'Read tutoring_sessions again.';
  elsif not exists (select 1 from public.tutors t where t.email = v_session.tutor_email) then
    return;
  end if;
  return query
  select f.starts_at, f.starts_at + (v_session.ends_at - v_session.starts_at)
  from tutoring.free_times(v_session.tutor_email, times_of_session."from", times_of_session."to",
    (extract(epoch from v_session.ends_at - v_session.starts_at) / 60)::integer, v_session.id) f
  where f.starts_at <> v_session.starts_at
  order by 1;
end
$$;
comment on function tutoring.times_of_session(uuid, timestamptz, timestamptz) is
  'For public.free_times_to_move: see there.';

-- sql/50-tutoring/27-reminders/remind.sql

create function tutoring.remind() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_written integer;
begin
  with due as (
    -- A session that somebody is just moving is left for the next run.
    select s.id, s.starts_at, m.minutes
    from public.tutoring_sessions s
    join public.tutors t on t.email = s.tutor_email
    cross join lateral (
      -- Of several that are due, because cron was away, the last alone.
      select min(x.minutes) as minutes from unnest(t.reminder_minutes) x (minutes)
      where s.starts_at - make_interval(mins => x.minutes) <= now()
    ) m
    where s.status = 'scheduled' and s.starts_at > now() and s.starts_at <= now() + interval '30 days'
      and m.minutes is not null
      -- Who booked or moved it after that knows.
      and s.starts_at - make_interval(mins => m.minutes) >= greatest(s.created_at, (
        select max(c.created_at) from public.tutoring_session_changes c where c.tutoring_session_id = s.id
      ))
      and not exists (
        select 1 from public.session_reminders r
        where r.tutoring_session_id = s.id and r.starts_at = s.starts_at and r.minutes_before = m.minutes
      )
    for no key update of s skip locked
  ), written as (
    insert into public.session_reminders (tutoring_session_id, starts_at, minutes_before)
    select d.id, d.starts_at, d.minutes from due d order by d.starts_at, d.id
    on conflict on constraint people_are_reminded_once do nothing
    returning tutoring_session_id
  ), notified as (
    insert into public.notifications (user_id, kind, title, body, tutoring_session_id)
    select p.user_id, 'session_reminder', 'Your session is about to begin',
      format('%s, %s.', s.title, tutoring.local_time(s, s.starts_at)), s.id
    from written w
    join public.tutoring_sessions s on s.id = w.tutoring_session_id
    cross join lateral tutoring.participants(s) p
    where p.user_id is not null
  )
  select count(*) into v_written from written;
  return v_written;
end
$$;
comment on function tutoring.remind() is
  'Called by cron: reminds tutor and student of their sessions, tutors.reminder_minutes before they begin, each time '
  'once, by a message tutoring_session.reminder and notifications. Not of one that is cancelled, and not where it was '
  'booked or moved after the reminder was due. Returns how many.';

-- sql/50-tutoring/27-reminders/reminder_details.sql

create function tutoring.reminder_details(reminder_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'title', s.title, 'ends_at', s.ends_at, 'tutor_email', s.tutor_email, 'tutor_name', t.name,
      'student_email', s.student_email, 'meet_link', s.meet_link, 'time_zone', t.time_zone
    )
    from public.session_reminders r
    join public.tutoring_sessions s on s.id = r.tutoring_session_id
    left join public.tutors t on t.email = s.tutor_email
    where r.id = reminder_details.reminder_id
  );
end
$$;
comment on function tutoring.reminder_details(uuid) is
  'What a message about a reminder holds besides its row: the session (title, ends_at, meet_link), the addresses to '
  'write to, and the tutor''s name and time zone.';

-- sql/50-tutoring/30-recaps/apply_meeting.sql

create function tutoring.apply_meeting(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_at timestamptz := fact ->> 'occurred_at';
  v_old public.session_recaps;
  v_new public.session_recaps;
  v_other constant text[] := '{details_as_of,details_as_of_event}';
begin
  perform pg_advisory_xact_lock(tutoring.matching_lock());
  select r.* into v_old
  from public.session_recaps r
  where r.provider = apply_meeting.provider and r.provider_ref = fact ->> 'provider_ref'
  for no key update;
  v_new := v_old;

  -- Compared with a part that has not been received yet the result is null: any value is new. Between values of one
  -- time their content decides, part by part, so that any order gives the same result.
  v_new.title := fact ->> 'title';
  v_new.url := fact ->> 'url';
  v_new.share_url := fact ->> 'share_url';
  v_new.started_at := fact ->> 'started_at';
  v_new.ended_at := fact ->> 'ended_at';
  v_new.scheduled_start_at := fact ->> 'scheduled_start_at';
  v_new.scheduled_end_at := fact ->> 'scheduled_end_at';
  v_new.language := fact ->> 'language';
  v_new.people := fact -> 'people';
  v_new.details_as_of := v_at;
  v_new.details_as_of_event := event_id;
  if ((v_at, to_jsonb(v_new) - v_other) > (v_old.details_as_of, to_jsonb(v_old) - v_other)) is false then
    v_new := v_old;
  end if;
  if fact ->> 'summary_markdown' is not null
    and ((v_at, fact ->> 'summary_markdown') > (v_old.summary_as_of, v_old.summary_markdown)) is not false then
    v_new.summary_markdown := fact ->> 'summary_markdown';
    v_new.summary_as_of := v_at;
    v_new.summary_as_of_event := event_id;
  end if;
  if fact ->> 'action_items' is not null
    and ((v_at, fact -> 'action_items') > (v_old.action_items_as_of, v_old.action_items)) is not false then
    v_new.action_items := fact -> 'action_items';
    v_new.action_items_as_of := v_at;
    v_new.action_items_as_of_event := event_id;
  end if;
  v_new.tutoring_session_id := tutoring.session_of(v_new.people, v_new.started_at, v_new.scheduled_start_at);

  -- One statement for all new parts, so that there is one message about them.
  if v_old.id is null then
    insert into public.session_recaps (
      provider, provider_ref, tutoring_session_id, title, url, share_url, started_at, ended_at, scheduled_start_at,
      scheduled_end_at,
      language, people, summary_markdown, action_items, details_as_of, details_as_of_event, summary_as_of,
      summary_as_of_event,
      action_items_as_of, action_items_as_of_event
    )
    values (
      apply_meeting.provider, fact ->> 'provider_ref', v_new.tutoring_session_id, v_new.title, v_new.url,
      v_new.share_url, v_new.started_at,
      v_new.ended_at, v_new.scheduled_start_at, v_new.scheduled_end_at, v_new.language, v_new.people,
      v_new.summary_markdown,
      v_new.action_items, v_new.details_as_of, v_new.details_as_of_event, v_new.summary_as_of,
      v_new.summary_as_of_event,
      v_new.action_items_as_of, v_new.action_items_as_of_event
    )
    returning id into v_new.id;
  elsif v_new is distinct from v_old then
    update public.session_recaps r
    set tutoring_session_id = v_new.tutoring_session_id, title = v_new.title, url = v_new.url,
      share_url = v_new.share_url,
        started_at = v_new.started_at, ended_at = v_new.ended_at, scheduled_start_at = v_new.scheduled_start_at,
        scheduled_end_at = v_new.scheduled_end_at, language = v_new.language, people = v_new.people,
        summary_markdown = v_new.summary_markdown, action_items = v_new.action_items,
        details_as_of = v_new.details_as_of, details_as_of_event = v_new.details_as_of_event,
        summary_as_of = v_new.summary_as_of, summary_as_of_event = v_new.summary_as_of_event,
        action_items_as_of = v_new.action_items_as_of, action_items_as_of_event = v_new.action_items_as_of_event
    where r.id = v_old.id;
  end if;

  if fact ->> 'transcript' is not null then
    insert into public.session_transcripts as t (session_recap_id, transcript, as_of, as_of_event)
    values (v_new.id, fact -> 'transcript', v_at, apply_meeting.event_id)
    on conflict (session_recap_id) do update
    set transcript = excluded.transcript, as_of = excluded.as_of, as_of_event = excluded.as_of_event
    where (excluded.as_of, excluded.transcript) > (t.as_of, t.transcript);
  end if;
  perform tutoring.settle_recap(v_new.id, v_old.tutoring_session_id);
end
$$;
comment on function tutoring.apply_meeting(text, text, jsonb) is
  'Applies meeting.recorded: the latest event wins, part by part (details, summary, action items, transcript); a part '
  'that is null says nothing. Finds the session that was recorded and completes it, and notifies the people the recap '
  'is for.';

-- sql/50-tutoring/30-recaps/find_recaps.sql

create function tutoring.find_recaps() returns trigger
language plpgsql
security definer -- the writer of a session has no right to read recaps
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
  v_recap record;
begin
  v_session := case when tg_op = 'DELETE' then old else new end;
  for v_recap in
    select r.id, r.tutoring_session_id as session_before,
    tutoring.session_of(r.people, r.started_at, r.scheduled_start_at) as session_now
    from public.session_recaps r
    where r.tutoring_session_id = v_session.id
      or (
        r.emails && array[v_session.tutor_email, v_session.student_email]
        and tutoring.seconds_apart(r.started_at, r.scheduled_start_at, v_session.starts_at, v_session.ends_at)
          is not null
      )
    order by r.id
    for no key update
  loop
    if v_recap.session_now is distinct from v_recap.session_before then
      update public.session_recaps r set tutoring_session_id = v_recap.session_now where r.id = v_recap.id;
    end if;
    perform tutoring.settle_recap(v_recap.id, v_recap.session_before);
  end loop;
  return null;
end
$$;
comment on function tutoring.find_recaps() is
  'Row trigger: recordings that were received before their session are assigned to it, and those that turn out to be '
  'of another session are removed from it.';

-- Triggers fire in the order of their names: the message about the session is written before the messages about its
-- recaps.
create trigger then_find_recaps after insert or delete on public.tutoring_sessions
for each row execute function tutoring.find_recaps();
create trigger then_find_recaps_anew after update on public.tutoring_sessions
for each row when (
  old.tutor_email is distinct from new.tutor_email or old.student_email is distinct from new.student_email
  or old.tutor_user_id is distinct from new.tutor_user_id or old.student_user_id is distinct from new.student_user_id
  or old.starts_at is distinct from new.starts_at or old.ends_at is distinct from new.ends_at
  or (old.status = 'cancelled') is distinct from (new.status = 'cancelled')
) execute function tutoring.find_recaps();

-- sql/50-tutoring/30-recaps/knows_meeting.sql

create function tutoring.knows_meeting(provider text, fact jsonb) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_at timestamptz := fact ->> 'occurred_at';
begin
  return exists (
    select 1
    from public.session_recaps r
    left join public.session_transcripts t on t.session_recap_id = r.id
    where r.provider = knows_meeting.provider
      and r.provider_ref = fact ->> 'provider_ref'
      and (
        r.details_as_of >= v_at
        or (r.title, r.started_at, r.ended_at, r.people) is not distinct from
          (fact ->> 'title', (fact ->> 'started_at')::timestamptz, (fact ->> 'ended_at')::timestamptz, fact -> 'people')
      )
      and (fact ->> 'summary_markdown' is null or r.summary_as_of >= v_at
        or r.summary_markdown = fact ->> 'summary_markdown')
      and (fact ->> 'action_items' is null or r.action_items_as_of >= v_at or r.action_items = fact -> 'action_items')
      and (fact ->> 'transcript' is null or t.as_of >= v_at or t.transcript = fact -> 'transcript')
  );
end
$$;
comment on function tutoring.knows_meeting(text, jsonb) is
  'For inbox.knows_fact: every part of a meeting.recorded is here, with the same or a newer value.';

-- sql/50-tutoring/30-recaps/match_recap.sql

create function tutoring.match_recap(recap_id uuid, session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_before uuid;
begin
  perform pg_advisory_xact_lock(tutoring.matching_lock());
  if not exists (select 1 from public.tutoring_sessions s where s.id = match_recap.session_id) then
    raise exception 'there is no session %', session_id
      using errcode = 'P0002', hint = 'select id, starts_at, tutor_email, student_email from public.tutoring_sessions';
  end if;
  select r.tutoring_session_id into v_before from public.session_recaps r
  where r.id = match_recap.recap_id for no key update;
  if not found then
    raise exception 'there is no recap %', recap_id
      using errcode = 'P0002', hint = 'select id, title, started_at from public.session_recaps';
  end if;
  update public.session_recaps r set tutoring_session_id = match_recap.session_id where r.id = match_recap.recap_id;
  perform tutoring.settle_recap(match_recap.recap_id, v_before);
end
$$;
comment on function tutoring.match_recap(uuid, uuid) is
  'A person says which session a recording is of. The session is completed, and tutor and student get the recap. '
  'Raises P0002 when there is no such recap or session.';

-- sql/50-tutoring/30-recaps/matching_lock.sql

create function tutoring.matching_lock() returns bigint
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return hashtextextended('tutoring/matching', 0);
end
$$;
comment on function tutoring.matching_lock() is
  'The advisory lock for writing sessions and recordings: otherwise a session and its recording that arrive at the '
  'same time would not see each other.';

-- sql/50-tutoring/30-recaps/queue_for_matching.sql

create function tutoring.queue_for_matching() returns trigger
language plpgsql
security definer -- the writer of a session has no right to use this schema
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(tutoring.matching_lock());
  return null;
end
$$;
comment on function tutoring.queue_for_matching() is
  'Statement trigger: takes tutoring.matching_lock before any row is locked, as tutoring.apply_meeting does, so that '
  'the two queue and do not deadlock.';

create trigger queue_for_matching before insert or update or delete on public.tutoring_sessions
for each statement execute function tutoring.queue_for_matching();

-- sql/50-tutoring/30-recaps/recap_details.sql

create function tutoring.recap_details(recap_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object('audience', coalesce(
    (select jsonb_agg(to_jsonb(a) order by a.role desc nulls last, a.email)
      from tutoring.audience(recap_details.recap_id) a), '[]'
  ));
end
$$;
comment on function tutoring.recap_details(uuid) is
  'What a message about a recap holds besides its row: audience, [{role, name, email, user_id}], the people to write '
  'to.';

-- sql/50-tutoring/30-recaps/refresh_session.sql

create function tutoring.refresh_session(session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_recorded boolean := exists (
    select 1 from public.session_recaps r where r.tutoring_session_id = refresh_session.session_id
    and r.ended_at is not null
  );
begin
  update public.tutoring_sessions s
  set status = case when v_recorded then 'completed' else 'scheduled' end::public.tutoring_session_status,
    completed_by_recap = v_recorded
  where s.id = refresh_session.session_id
    and case when v_recorded then s.status = 'scheduled' else s.status = 'completed' and s.completed_by_recap end;
end
$$;
comment on function tutoring.refresh_session(uuid) is
  'Completes a scheduled session that has a finished recording. A session that was completed by a recording, and has '
  'none any more, is scheduled again.';

-- sql/50-tutoring/30-recaps/seconds_apart.sql

create function tutoring.seconds_apart(
  started_at timestamptz, scheduled_start_at timestamptz, session_starts_at timestamptz, session_ends_at timestamptz
) returns numeric
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_seconds numeric := least(
    abs(extract(epoch from session_starts_at - started_at)),
    abs(extract(epoch from session_starts_at - scheduled_start_at))
  );
begin
  -- In a long session, a second recording may start late.
  return case when v_seconds <= 7200 or (started_at >= session_starts_at and started_at < session_ends_at)
    then v_seconds end;
end
$$;
comment on function tutoring.seconds_apart(timestamptz, timestamptz, timestamptz, timestamptz) is
  'The distance between the start of a session and that of a meeting, as recorded or as scheduled, whichever is '
  'nearer. Null: over two hours, and the recording did not start during the session either: it is of another session.';

-- sql/50-tutoring/30-recaps/session_of.sql

create function tutoring.session_of(people jsonb, started_at timestamptz, scheduled_start_at timestamptz) returns uuid
language plpgsql stable
set search_path = ''
as $$
declare
  v_emails text[] := tutoring.emails_of(people);
begin
  return (
    select s.id
    from public.tutoring_sessions s
    cross join lateral tutoring.seconds_apart(session_of.started_at, session_of.scheduled_start_at, s.starts_at,
      s.ends_at) as apart
    where s.status <> 'cancelled'
      and (s.tutor_email = any (v_emails) or s.student_email = any (v_emails))
      and apart is not null
    order by s.tutor_email = any (v_emails) and s.student_email = any (v_emails) desc, apart, s.starts_at, s.id
    limit 1
  );
end
$$;
comment on function tutoring.session_of(jsonb, timestamptz, timestamptz) is
  'The session that a meeting belongs to: one with both tutor and student among its people, else with one of them; of '
  'several the nearest in time. Depends only on the content of the tables, so that the result does not depend on the '
  'order of events. Null: no known session.';

-- sql/50-tutoring/30-recaps/settle_recap.sql

create function tutoring.settle_recap(recap_id uuid, session_before uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform tutoring.refresh_session(s.id)
  from (
    select r.tutoring_session_id as id from public.session_recaps r where r.id = settle_recap.recap_id
    union
    select session_before
  ) s
  where s.id is not null;
  perform tutoring.notify(settle_recap.recap_id);
end
$$;
comment on function tutoring.settle_recap(uuid, uuid) is
  'Updates everything that depends on a recap: its session, its previous session, and the notifications.';

-- sql/50-tutoring/40-notifications/notification_details.sql

create function tutoring.notification_details(notification_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object('email', (
    select u.email from public.notifications n join auth.users u on u.id = n.user_id
    where n.id = notification_details.notification_id and u.email_confirmed_at is not null
  ));
end
$$;
comment on function tutoring.notification_details(uuid) is
  'What a message about a notification holds besides its row: the address of the account, if it is confirmed.';

-- sql/50-tutoring/40-notifications/notify.sql

create function tutoring.notify(recap_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_title text;
  v_users uuid[];
begin
  select r.title into v_title
  from public.session_recaps r
  where r.id = notify.recap_id
    and (
      r.summary_markdown <> ''
      or r.action_items <> '[]'
      or exists (select 1 from public.session_transcripts t where t.session_recap_id = r.id and t.transcript <> '[]')
    );
  v_users := array(select distinct a.user_id from tutoring.audience(notify.recap_id) a where a.user_id is not null
    and v_title is not null);

  delete from public.notifications n
  where n.session_recap_id = notify.recap_id and n.kind = 'recap_ready' and n.user_id <> all (v_users);
  insert into public.notifications as n (user_id, kind, title, body, session_recap_id)
  select u.id, 'recap_ready', 'Your recap is ready', v_title, notify.recap_id from unnest(v_users) u (id)
  on conflict on constraint somebody_is_notified_of_a_recap_once do update
  set body = excluded.body
  where n.body is distinct from excluded.body;
end
$$;
comment on function tutoring.notify(uuid) is
  'Notifies every account that a recap is for, once, as soon as there is something to read. An account that turns out '
  'not to be meant, because the session was received later, loses the notification: its link would lead nowhere.';

-- sql/50-tutoring/50-api/cancel_session.sql

-- As public.free_times: a caller needs no right to use the schema tutoring.
create function public.cancel_session(session_id uuid, reason text default null, refund boolean default null)
returns public.tutoring_session_changes
language sql
set search_path = ''
begin atomic
  select c from tutoring.cancel(cancel_session.session_id, cancel_session.reason, cancel_session.refund) c;
end;
comment on function public.cancel_session(uuid, text, boolean) is
  'For the app: cancels the caller''s tutoring session. A tutor''s cancellation is refunded; a student''s, if it is '
  'tutors.cancel_hours before the beginning or sooner, or if the tutor moved it last; an admin says why, and may '
  'decide about the refund. The time is free again, both are notified, and make.com gets tutoring_session.cancelled. '
  'Again, it returns the same row of tutoring_session_changes. Raises PT404 session_unknown, PT409 session_over, 22023 '
  'reason_missing.';

-- sql/50-tutoring/50-api/free_times.sql

-- Its names are looked up now and not when it is called: a caller needs no right to use the schema tutoring.
create function public.free_times(sku text, "from" timestamptz, "to" timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz)
language sql stable
set search_path = ''
begin atomic
  select t.starts_at, t.ends_at from tutoring.times_of_product(free_times.sku, free_times."from", free_times."to") t;
end;
comment on function public.free_times(text, timestamptz, timestamptz) is
  'For shops: when a tutoring session that is on sale can begin, from a moment on and before another, at most 62 days '
  'later. A time that is listed can be bought (starts_at of the item); of a tutor with hours, no other can. It tells '
  'when, and nothing of whom. Raises PT404 unknown_item, 22023 range_invalid.';

-- sql/50-tutoring/50-api/free_times_to_move.sql

-- As public.free_times: a caller needs no right to use the schema tutoring.
create function public.free_times_to_move(session_id uuid, "from" timestamptz, "to" timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz)
language sql stable
set search_path = ''
begin atomic
  select t.starts_at, t.ends_at
  from tutoring.times_of_session(free_times_to_move.session_id, free_times_to_move."from", free_times_to_move."to") t;
end;
comment on function public.free_times_to_move(uuid, timestamptz, timestamptz) is
  'For the app: to when the caller''s tutoring session can be moved, from a moment on and before another, at most 62 '
  'days later. Its own time counts as free. Raises PT404 session_unknown, 22023 range_invalid.';

-- sql/50-tutoring/50-api/reschedule_session.sql

-- As public.free_times: a caller needs no right to use the schema tutoring.
create function public.reschedule_session(session_id uuid, starts_at timestamptz, reason text default null, key text
  default null) returns public.tutoring_session_changes
language sql
set search_path = ''
begin atomic
  select c from tutoring.reschedule(reschedule_session.session_id, reschedule_session.starts_at,
    reschedule_session.reason, reschedule_session.key) c;
end;
comment on function public.reschedule_session(uuid, timestamptz, text, text) is
  'For the app: moves the caller''s tutoring session to another free time (public.free_times_to_move). A student may '
  'until tutors.reschedule_hours before it begins; student and tutor each at most tutors.max_reschedules times. An '
  'admin may to any time at which the tutor is not busy, and says why. key: the same call with the same key moves it '
  'once. Both are notified, and make.com gets tutoring_session.rescheduled. Returns the row of '
  'tutoring_session_changes. Raises P0001 not_bookable and sold_out, which name the next free time; PT404 '
  'session_unknown; PT409 session_over, starts_at_unchanged, too_late, moved_too_often, '
  'key_reused; 22023 reason_missing, starts_at_missing, starts_at_past.';

-- sql/50-tutoring/90-seed/60-routes.sql

insert into outbox.routes (destination, message_type, table_name, operations, when_column, description) values
  ('make', 'tutoring_session.created', 'public.tutoring_sessions', '{INSERT}', null, null),
  ('make', 'tutoring_session.changed', 'public.tutoring_sessions', '{UPDATE}', 'status',
    'Completed by its recording, or cancelled.'),
  ('make', 'tutoring_session.changed', 'public.tutoring_sessions', '{UPDATE}', 'starts_at', 'Moved.'),
  ('make', 'tutoring_session.changed', 'public.tutoring_sessions', '{UPDATE}', 'meet_link', null),
  ('make', 'tutoring_session.rescheduled', 'public.tutoring_session_changes', '{INSERT}', 'kind',
    'Moved in the app, by whom and why: data.tutor_email and data.student_email.'),
  ('make', 'tutoring_session.cancelled', 'public.tutoring_session_changes', '{INSERT}', 'kind',
    'Cancelled in the app, by whom and why, and what is refunded.'),
  ('make', 'tutoring_session.reminder', 'public.session_reminders', '{INSERT}', null,
    'Soon it begins: to data.tutor_email and data.student_email.'),
  ('make', 'recap.created', 'public.session_recaps', '{INSERT}', null, 'The e-mail with the recap, to data.audience.'),
  ('make', 'recap.changed', 'public.session_recaps', '{UPDATE}', 'summary_markdown',
    'A summary that was received later, or again.'),
  ('make', 'recap.changed', 'public.session_recaps', '{UPDATE}', 'action_items', null),
  ('make', 'notification.created', 'public.notifications', '{INSERT}', null, 'To data.email.');

update outbox.routes r set becomes = split_part(r.message_type, '.', 2)
where r.table_name = 'public.tutoring_session_changes';
update outbox.routes r set priority = 0 where r.message_type like 'tutoring_session.%';

-- sql/55-calendar/00-schema.sql

create schema calendar;
comment on schema calendar is
  'Google Calendar: which tutoring sessions and appointments have an event with a Meet link there, and how far that '
  'is. The job calendar of the courier does what calendar.task says.';

-- sql/55-calendar/10-tables/10-settings.sql

create table calendar.settings (
  only_row boolean primary key default true,
  sessions boolean not null default false,
  appointments boolean not null default false,
  time_zone text not null default 'UTC',
  refused_at timestamptz,
  refused_reason text,
  token_expires_at timestamptz,

  constraint there_is_one_row check (only_row),
  -- Raises 22023 for a name that Postgres does not know.
  constraint a_time_zone_is_known check (timestamp '2026-01-01' at time zone time_zone is not null),
  constraint a_refusal_has_a_time_and_a_reason check ((refused_at is null) = (refused_reason is null))
);
insert into calendar.settings default values;

alter table calendar.settings enable row level security;

comment on table calendar.settings is
  'One row: what is put into Google Calendar. Both are off until select calendar.connect().';
comment on column calendar.settings.sessions is 'Whether tutoring sessions get an event with a Meet link.';
comment on column calendar.settings.appointments is
  'Whether confirmed appointments of the course platform get one, the same way.';
comment on column calendar.settings.time_zone is
  'In which time zone an event is shown whose tutor has no tutor_hours: Africa/Douala. The time itself is exact in '
  'any.';
comment on column calendar.settings.refused_at is
  'Since when Google refuses our credentials or settings. Null: it does not.';
comment on column calendar.settings.refused_reason is 'Why, and what to do.';
comment on column calendar.settings.token_expires_at is
  'When Google ends the consent by itself: it says so for an OAuth app in testing. Null: it does not.';

-- sql/55-calendar/10-tables/11-entries.sql

create table calendar.entries (
  id uuid primary key,
  source text not null,
  version integer not null default 1,
  synced_version integer not null default 0,
  synced_until timestamptz,
  event_number integer not null default 0,
  conference_number integer not null default 1,
  conference_failures integer not null default 0,
  conference_asked_at timestamptz,
  meet_space text,
  left_out text[] not null default '{}',
  problem text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint an_entry_is_of_a_session_or_appointment check (source in ('tutoring_session', 'appointment')),
  constraint google_has_no_version_that_is_not_there check (synced_version between 0 and version),
  constraint numbers_are_counted_up
    check (event_number >= 0 and conference_number > 0 and conference_failures between 0 and conference_number - 1)
);
create index entries_by_time on calendar.entries (updated_at);

alter table calendar.entries enable row level security;

create trigger touch before update on calendar.entries for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on calendar.entries for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on calendar.entries for each statement execute function
  outbox.refuse_truncate();

comment on table calendar.entries is
  'Tutoring sessions and appointments that have, had, or are to have an event in Google Calendar. Holds no personal '
  'data.';
comment on column calendar.entries.id is 'The id of the row of tutoring_sessions or appointments.';
comment on column calendar.entries.version is
  'Grows with each change that Google must know of; each writes a delivery to the destination calendar.';
comment on column calendar.entries.synced_version is 'The version that Google has. 0: none is known to be there.';
comment on column calendar.entries.synced_until is 'When the event in Google Calendar ends. Null: it has none.';
comment on column calendar.entries.event_number is
  'How many ids of Google''s calendar were used up before this one: a deleted event keeps its id.';
comment on column calendar.entries.conference_number is
  'The number of the conference request under way; its requestId is the id of the row and this number.';
comment on column calendar.entries.conference_failures is
  'Conference requests of this event that failed. After two, a Meet space is made.';
comment on column calendar.entries.conference_asked_at is
  'Since when Google has been making the conference. Null: it is not.';
comment on column calendar.entries.meet_space is 'The link of a Meet space that was made because no conference was.';
comment on column calendar.entries.left_out is
  'Who is not invited, because no usable e-mail address is known: tutor, student, instructor.';
comment on column calendar.entries.problem is 'Why there is no Meet link, where a person must decide. Null: nothing.';

-- sql/55-calendar/20-entries/connect.sql

create function calendar.connect(sessions boolean default true, appointments boolean default true) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_count integer;
begin
  update calendar.settings s
  set sessions = connect.sessions, appointments = connect.appointments, refused_at = null, refused_reason = null,
    token_expires_at = null
  where s.only_row;
  -- outbox.disconnect may have switched them off.
  update outbox.routes r set enabled = true
  where r.destination = 'calendar' and not r.enabled and (connect.sessions or connect.appointments);
  insert into calendar.entries (id, source)
  select s.id, 'tutoring_session' from public.tutoring_sessions s
  where connect.sessions and s.status = 'scheduled' and s.ends_at > now()
  union all
  select a.id, 'appointment' from public.appointments a
  where connect.appointments and a.status = 'confirmed' and a.ends_at > now()
  on conflict (id) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function calendar.connect(boolean, boolean) is
  'Puts tutoring sessions, confirmed appointments, or both into Google Calendar from now on: select '
  'calendar.connect(); only sessions: select calendar.connect(appointments => false); neither: select '
  'calendar.connect(false, false). Returns how many upcoming ones are put there now.';

-- sql/55-calendar/20-entries/disconnect.sql

create function calendar.disconnect(reason text) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_count integer;
begin
  perform ops.decide('calendar.disconnect', 'calendar', disconnect.reason);
  perform calendar.connect(false, false);
  update outbox.deliveries d
  set status = 'cancelled', settled_at = now(), last_error = disconnect.reason
  where d.destination = 'calendar' and d.status in ('pending', 'dead');
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function calendar.disconnect(text) is
  'Nothing is put into Google Calendar any more, and what waits for it is cancelled; what is there stays. Returns how '
  'many. reason: why, kept in ops.decisions. Undone by select calendar.connect(). Raises 22023 without a reason.';

-- sql/55-calendar/20-entries/event_id.sql

create function calendar.event_id(entry calendar.entries) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return replace(entry.id::text, '-', '') || case when entry.event_number > 0 then 'v' || entry.event_number
    else '' end;
end
$$;
comment on function calendar.event_id(calendar.entries) is
  'The id that an entry''s event has in Google Calendar: in base32hex, made from the entry''s own, so that a repeated '
  'request never makes a second event.';

-- sql/55-calendar/20-entries/note.sql

create function calendar.note(
  entry_id uuid, version integer, event_id text, event_updated timestamptz, meet_link text, ends_at timestamptz,
  problem text default null
) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_entry calendar.entries;
  v_fact jsonb;
begin
  select e.* into v_entry from calendar.entries e where e.id = note.entry_id;
  if note.event_id is not null then
    v_fact := jsonb_build_object(
      case v_entry.source when 'appointment' then 'appointment_id' else 'session_id' end, v_entry.id,
      'provider_ref', note.event_id, 'meet_link', note.meet_link, 'occurred_at', ops.iso_utc(note.event_updated)
    );
    -- The row first, then its entry: the order in which calendar.want locks them.
    if exists (select 1 from public.tutoring_sessions s where s.id = v_entry.id) then
      perform tutoring.apply_calendar_change(v_fact);
    elsif exists (select 1 from public.appointments a where a.id = v_entry.id) then
      perform learning.apply_calendar_change(v_fact);
    end if;
  end if;
  update calendar.entries e
  set synced_version = note.version,
      synced_until = note.ends_at,
      left_out = case when note.event_id is null then '{}'::text[]
        else array(select p.role from calendar.people(e) p where p.email is null order by 1) end,
      conference_asked_at = case
        when note.event_id is not null and note.meet_link is null and note.problem is null
        then coalesce(e.conference_asked_at, now())
      end,
      problem = note.problem
  where e.id = note.entry_id and e.synced_version <= note.version;
  update calendar.settings s set refused_at = null, refused_reason = null where s.refused_at is not null;
  return exists (select 1 from calendar.entries e where e.id = note.entry_id and e.version = note.version);
end
$$;
comment on function calendar.note(uuid, integer, text, timestamptz, text, timestamptz, text) is
  'Records that Google has a version of an entry: the event''s id and link go to the session or appointment, unless '
  'the calendar''s own later change (event_updated, by Google''s clock) set others. event_id null: the event was '
  'removed. ends_at: when the event ends. May be repeated; an older version changes nothing of the entry. Returns '
  'false when there is a newer version to bring to Google.';

-- sql/55-calendar/20-entries/note_conference_failed.sql

create function calendar.note_conference_failed(entry_id uuid, conference_number integer) returns void
language plpgsql
set search_path = ''
as $$
begin
  update calendar.entries e
  set conference_number = e.conference_number + 1, conference_failures = e.conference_failures + 1,
    conference_asked_at = null
  where e.id = note_conference_failed.entry_id and e.conference_number = note_conference_failed.conference_number;
end
$$;
comment on function calendar.note_conference_failed(uuid, integer) is
  'A conference request failed: the next one has another requestId. Once for each number, however often it is called.';

-- sql/55-calendar/20-entries/note_event_gone.sql

create function calendar.note_event_gone(entry_id uuid, event_number integer) returns void
language plpgsql
set search_path = ''
as $$
begin
  update calendar.entries e
  set event_number = e.event_number + 1, conference_number = e.conference_number + 1, conference_failures = 0,
    conference_asked_at = null
  where e.id = note_event_gone.entry_id and e.event_number = note_event_gone.event_number;
end
$$;
comment on function calendar.note_event_gone(uuid, integer) is
  'The event was deleted at Google for good, and its id cannot be used again: the next event gets another one. Once '
  'for each number, however often it is called.';

-- sql/55-calendar/20-entries/note_nothing.sql

create function calendar.note_nothing(entry_id uuid, version integer) returns void
language plpgsql
set search_path = ''
as $$
begin
  update calendar.entries e set synced_version = note_nothing.version
  where e.id = note_nothing.entry_id and e.synced_version < note_nothing.version;
end
$$;
comment on function calendar.note_nothing(uuid, integer) is
  'A version of an entry asks for no change in Google Calendar.';

-- sql/55-calendar/20-entries/note_refusal.sql

create function calendar.note_refusal(reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update calendar.settings s
  set refused_at = coalesce(s.refused_at, now()), refused_reason = note_refusal.reason
  where s.only_row;
end
$$;
comment on function calendar.note_refusal(text) is
  'Google refuses our credentials or settings, or they are not set: shown in ops.attention until it accepts a change.';

-- sql/55-calendar/20-entries/note_space.sql

create function calendar.note_space(entry_id uuid, link text) returns text
language plpgsql
set search_path = ''
as $$
declare
  v_link text;
begin
  update calendar.entries e set meet_space = coalesce(e.meet_space, note_space.link)
  where e.id = note_space.entry_id
  returning e.meet_space into v_link;
  return v_link;
end
$$;
comment on function calendar.note_space(uuid, text) is
  'Keeps the link of the Meet space that was made for an entry. Returns the one to use: the first that was kept.';

-- sql/55-calendar/20-entries/note_token.sql

create function calendar.note_token(expires_at timestamptz) returns void
language plpgsql
set search_path = ''
as $$
begin
  update calendar.settings s set token_expires_at = note_token.expires_at
  -- Google says how many seconds are left: a difference of a few is none.
  where (s.token_expires_at is null) <> (note_token.expires_at is null)
    or s.token_expires_at not between note_token.expires_at - interval '1 hour' and note_token.expires_at +
      interval '1 hour';
end
$$;
comment on function calendar.note_token(timestamptz) is
  'When Google ends the consent that our refresh token stands for. Null: it does not by itself.';

-- sql/55-calendar/20-entries/people.sql

create function calendar.people(entry calendar.entries) returns table (role text, email text)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  select p.role, case when p.email ~ '^[^@\s,;<>]+@[^@\s,;<>]+$' and length(p.email) <= 320 then lower(p.email) end
  from (
    select v.role, coalesce(nullif(v.email, ''), (select u.email from auth.users u where u.id = v.user_id
      and u.email_confirmed_at is not null)) as email
    from public.tutoring_sessions s
    cross join lateral (values ('tutor', s.tutor_email, s.tutor_user_id), ('student', s.student_email,
      s.student_user_id)) v (role, email, user_id)
    where entry.source = 'tutoring_session' and s.id = entry.id
    union all
    select v.role, coalesce(v.email, (select u.email from auth.users u where u.id = v.user_id
      and u.email_confirmed_at is not null))
    from public.appointments a
    cross join lateral (values ('instructor', null, a.instructor_user_id), ('student', a.email, a.user_id))
      v (role, email, user_id)
    where entry.source = 'appointment' and a.id = entry.id
  ) p;
end
$$;
comment on function calendar.people(calendar.entries) is
  'Who is to be invited: tutor or instructor, and student. email is null where no usable address is known.';

-- sql/55-calendar/20-entries/sync.sql

create function calendar.sync(entry_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  update calendar.entries e
  set version = e.version + 1, problem = null, conference_failures = 0
  where e.id = sync.entry_id;
  if not found then
    raise exception 'the calendar has no entry %', sync.entry_id
      using errcode = 'P0002', hint
      = 'It is the id of a session or appointment that was booked while the calendar was on. select '
      'calendar.connect() adds those that were booked before.';
  end if;
end
$$;
comment on function calendar.sync(uuid) is
  'Brings a session or appointment to Google Calendar again, and asks for its Meet link anew: select calendar.sync('
  '''<id of the session>'').';

-- sql/55-calendar/20-entries/task.sql

create function calendar.task(entry_id uuid)
returns table (
  version integer, action text, reason text, event_id text, known boolean, event_number integer, title text,
  starts_at text, ends_at text, time_zone text, emails jsonb, left_out jsonb, conference_number integer,
  conference_failures integer, conference_age_ms integer, meet_space text
)
language plpgsql stable
set search_path = ''
as $$
declare
  v_entry calendar.entries;
  v record;
begin
  select e.* into v_entry from calendar.entries e where e.id = task.entry_id;
  if not found then
    return query select null::integer, 'none', 'It was purged from calendar.entries.', null::text, false, 0, null::text,
      null::text, null::text, null::text, '[]'::jsonb, '[]'::jsonb, 1, 0, null::integer, null::text;
    return;
  end if;
  select w.* into v
  from (
    select s.status::text, s.title, s.starts_at, s.ends_at, s.tutor_email as teacher
    from public.tutoring_sessions s where v_entry.source = 'tutoring_session' and s.id = v_entry.id
    union all
    select a.status::text, a.title, a.starts_at, a.ends_at,
      (select lower(u.email) from auth.users u where u.id = a.instructor_user_id
        and u.email_confirmed_at is not null)
    from public.appointments a where v_entry.source = 'appointment' and a.id = v_entry.id
  ) w;
  return query
  select v_entry.version, d.action, d.reason, calendar.event_id(v_entry), v_entry.synced_version > 0,
    v_entry.event_number, v.title, ops.iso_utc(v.starts_at), ops.iso_utc(v.ends_at),
    coalesce(
      (select h.time_zone from public.tutor_hours h join public.tutors t on t.id = h.tutor_id
        where t.email = v.teacher order by h.weekday, h.id limit 1),
      (select s.time_zone from calendar.settings s)
    ),
    to_jsonb(array(select distinct p.email from calendar.people(v_entry) p where p.email is not null order by 1)),
    to_jsonb(array(select p.role from calendar.people(v_entry) p where p.email is null order by 1)),
    v_entry.conference_number, v_entry.conference_failures,
    case when v_entry.conference_asked_at is not null then
      least(1000 * date_part('epoch', now() - v_entry.conference_asked_at), 86400000)::integer
    end, v_entry.meet_space
  from (
    select case
      when v.status in ('scheduled', 'confirmed') and v.ends_at > now() then 'keep'
      -- Deleted, cancelled, or moved into the past. One that Google is not known to have may be there all the same.
      when (v.status is null or v.status in ('cancelled', 'requested')) and coalesce(v_entry.synced_until > now(), true)
        or v.status in ('scheduled', 'confirmed') and v_entry.synced_until > now() then 'remove'
      else 'none'
    end as action, 'It is over: Google Calendar is left as it is.' as reason
  ) d;
end
$$;
comment on function calendar.task(uuid) is
  'What is to be done about an entry now, by the row as it is: keep (there is to be an event, as described), remove '
  '(there is to be none) or none (reason says why). starts_at, ends_at: ISO 8601 in UTC; time_zone: of the tutor. '
  'known: an event is known to be there. conference_age_ms: how long Google has been making the conference, in ms.';

-- sql/55-calendar/20-entries/want.sql

create function calendar.want() returns trigger
language plpgsql
security definer -- the writer of a session or appointment has no right to read or write the calendar
set search_path = ''
as $$
declare
  v_source text := case tg_table_name when 'tutoring_sessions' then 'tutoring_session' else 'appointment' end;
begin
  if not exists (
    select 1 from calendar.settings s where case v_source when 'appointment' then s.appointments else s.sessions end
  ) then
    return null;
  end if;
  if tg_op = 'DELETE' then
    update calendar.entries e set version = e.version + 1, problem = null where e.id = old.id;
  elsif new.status::text in ('scheduled', 'confirmed') and new.ends_at > now() then
    insert into calendar.entries (id, source) values (new.id, v_source)
    on conflict (id) do update set version = calendar.entries.version + 1, problem = null;
  else
    update calendar.entries e set version = e.version + 1, problem = null where e.id = new.id;
  end if;
  return null;
end
$$;
comment on function calendar.want() is
  'Row trigger: a session or appointment was booked, confirmed, moved, cancelled or deleted. What Google must know of '
  'it becomes a version of its entry, which writes a delivery in the same transaction. One that is over gets none.';

create trigger want_in_calendar after insert or delete on public.tutoring_sessions
for each row execute function calendar.want();
create trigger change_in_calendar after update on public.tutoring_sessions
for each row when (
  (old.status, old.starts_at, old.ends_at, old.title, old.tutor_email, old.student_email)
  is distinct from (new.status, new.starts_at, new.ends_at, new.title, new.tutor_email, new.student_email)
) execute function calendar.want();

create trigger want_in_calendar after insert or delete on public.appointments
for each row execute function calendar.want();
create trigger change_in_calendar after update on public.appointments
for each row when (
  (old.status, old.starts_at, old.ends_at, old.title, old.email, old.user_id, old.instructor_user_id)
  is distinct from (new.status, new.starts_at, new.ends_at, new.title, new.email, new.user_id, new.instructor_user_id)
) execute function calendar.want();

-- sql/55-calendar/90-seed/60-routes.sql

-- A job makes up to five requests, and Google is to get at most five a second from us.
insert into outbox.destinations (name, adapter, replayable, max_in_flight, max_per_second, timeout_ms, description)
values ('calendar', 'calendar', false, 2, 1, 20000,
  'Google Calendar: makes, moves and removes the events of sessions and appointments, with their Meet links. Off '
  'until select calendar.connect().');

insert into outbox.routes (destination, message_type, table_name, operations, when_column, latest_only, description)
values
  ('calendar', 'calendar.requested', 'calendar.entries', '{INSERT}', null, true, 'Make the event.'),
  ('calendar', 'calendar.requested', 'calendar.entries', '{UPDATE}', 'version', true,
    'Bring it in line with the session or appointment, or remove it.');

-- sql/60-community/00-schema.sql

create schema community;
comment on schema community is 'The rules about memberships and credits. The tables are in public.';

create type public.membership_status as enum ('incomplete', 'trialing', 'active', 'past_due', 'paused', 'cancelled',
  'expired');
comment on type public.membership_status is
  'trialing, active and past_due are members; the others are not (yet, or any more).';
create type public.invoice_outcome as enum ('failed', 'paid');
comment on type public.invoice_outcome is
  'In the order of rank: an invoice that could not be collected may still be paid.';

create type public.credit_reason as enum ('bought', 'refunded', 'spent', 'granted');
comment on type public.credit_reason is
  'bought: a payment of a credit pack. refunded: that payment was refunded. spent: used. granted: given by an admin.';

-- sql/60-community/10-tables/10-memberships.sql

create table public.memberships (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  provider_ref text not null,
  status public.membership_status not null,
  email text,
  email_as_of timestamptz,
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

  constraint an_address_is_as_of_when check ((email is null) = (email_as_of is null)),
  constraint a_provider_names_a_membership_once unique (provider, provider_ref)
);
create index memberships_by_user on public.memberships (user_id);
create index memberships_of_guests on public.memberships (lower(email)) where user_id is null;

alter table public.memberships enable row level security;
create policy "members read their own membership, admins all" on public.memberships for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger touch before update on public.memberships for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.memberships for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.memberships for each statement execute function
  outbox.refuse_truncate();

comment on table public.memberships is
  'Subscriptions and community memberships, one row per subscription or membership at the provider.';
comment on column public.memberships.product_ref is 'The provider''s id of the price, plan or product.';
comment on column public.memberships.email is 'The latest address in the provider''s events: not every event has one.';
comment on column public.memberships.email_as_of is 'The time of that event.';
comment on column public.memberships.as_of is
  'The time of the provider''s record that is stored here; an older event is not applied.';
comment on column public.memberships.as_of_event is 'The provider''s id of the event it is from.';

-- sql/60-community/10-tables/11-membership_invoices.sql

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
  constraint an_invoice_is_of_a_membership foreign key (membership_id) references public.memberships (id)
    on delete cascade,
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$')
);
create index membership_invoices_by_membership on public.membership_invoices (membership_id);
create index membership_invoices_by_payment on public.membership_invoices (provider, payment_ref)
  where payment_ref is not null;

alter table public.membership_invoices enable row level security;
create policy "admins read membership invoices" on public.membership_invoices for select to authenticated
  using ((select ops.is_admin()));

create trigger touch before update on public.membership_invoices for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.membership_invoices for each row execute
  function outbox.capture_change();
create trigger refuse_truncate before truncate on public.membership_invoices for each statement execute function
  outbox.refuse_truncate();

comment on table public.membership_invoices is 'Invoices of memberships.';
comment on column public.membership_invoices.provider_ref is 'The provider''s id of the invoice.';
comment on column public.membership_invoices.amount_minor is 'In minor units: paid, or requested.';
comment on column public.membership_invoices.payment_ref is
  'The provider''s id of the payment that paid it, if the provider names it.';

-- sql/60-community/10-tables/12-credit_ledger.sql

create table public.credit_ledger (
  id uuid primary key default ops.uuid7(),
  user_id uuid,
  email text,
  credits integer not null,
  reason public.credit_reason not null,
  payment_id uuid,
  provider text,
  customer_ref text,
  note text,
  spend_key text,
  created_at timestamptz not null default now(),

  constraint an_entry_changes_the_balance check (credits <> 0),
  constraint credits_are_bought_by_a_payment foreign key (payment_id) references public.payments (id),
  constraint what_was_bought_or_refunded_names_its_payment
    check ((reason in ('bought', 'refunded')) = (payment_id is not null)),
  constraint a_key_belongs_to_a_spend 
    check (spend_key is null or (reason = 'spent' and length(spend_key) between 1 and 200)),
  constraint a_key_spends_once unique (user_id, spend_key),
  constraint a_note_is_short check (length(note) <= 2000),
  constraint an_entry_is_somebodys check (coalesce(user_id::text, email, customer_ref) is not null)
);
create index credit_ledger_by_user on public.credit_ledger (user_id);
create index credit_ledger_without_owner on public.credit_ledger (provider, customer_ref) where user_id is null;
create index credit_ledger_by_payment on public.credit_ledger (payment_id);
create index credit_ledger_of_guests on public.credit_ledger (lower(email)) where user_id is null;

alter table public.credit_ledger enable row level security;
create policy "people read their own credits, admins all" on public.credit_ledger for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger capture_change after insert or update or delete on public.credit_ledger for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.credit_ledger for each statement execute function
  outbox.refuse_truncate();

comment on table public.credit_ledger is
  'Ledger of credits: the balance is the sum (community.balance), and never below zero, whoever writes. An entry is '
  'never deleted; a reversal is an entry of its own. To take credits: community.spend_credits.';
comment on column public.credit_ledger.credits is 'Above 0: given. Below 0: taken.';
comment on column public.credit_ledger.user_id is
  'The owner. Null: a buyer whose account is not known (yet); email and customer_ref identify the buyer.';
comment on column public.credit_ledger.customer_ref is 'The provider''s id of the buyer.';
comment on column public.credit_ledger.spend_key is
  'The key that community.spend_credits was called with: the same key spends once for an account.';

-- sql/60-community/10-tables/13-credit_packs.sql

create table public.credit_packs (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  provider_ref text not null,
  name text not null,
  credits integer not null,
  price_minor bigint not null,
  currency text not null,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_pack_is_sold_once_for_a_price unique (provider, provider_ref, currency, credits),
  constraint a_pack_holds_credits check (credits > 0),
  constraint a_price_is_not_negative check (price_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint a_name_is_not_blank check (name ~ '\S' and length(name) <= 200),
  constraint a_provider_is_named check (provider ~ '^[a-z][a-z0-9_]*$' and length(provider_ref) between 1 and 255)
);

alter table public.credit_packs enable row level security;
create policy "everybody reads packs on sale" on public.credit_packs for select to anon using (active);
create policy "everybody reads packs on sale, admins all" on public.credit_packs for select to authenticated
  using (active or (select ops.is_admin()));
create policy "admins add packs" on public.credit_packs for insert to authenticated with
  check ((select ops.is_admin()));
create policy "admins change packs" on public.credit_packs for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.credit_packs for each row execute function ops.touch_updated_at();

comment on table public.credit_packs is
  'Which payments at a provider give credits: the plan or product there, and the price. A payment that names credits '
  'and matches no row gives none, and needs review.';
comment on column public.credit_packs.provider_ref is
  'The provider''s id of the plan or product that is sold (Whop: plan_… or prod_…), or the pack''s name that the '
  'payment carries (packId).';
comment on column public.credit_packs.credits is
  'How many credits it gives. If the number changes, add a new row: the old one still applies to old payments.';
comment on column public.credit_packs.price_minor is
  'The minimum payment, in minor units of currency, before tax and fees that the provider adds.';
comment on column public.credit_packs.active is
  'Whether it is on sale. A payment of a pack that is no longer on sale still gives its credits.';

-- sql/60-community/10-tables/13-invoice_payments.sql

create table public.invoice_payments (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  invoice_ref text not null,
  payment_ref text not null,
  amount_minor bigint not null,
  currency text not null,
  created_at timestamptz not null default now(),

  constraint a_payment_pays_an_invoice_once unique (provider, invoice_ref, payment_ref),
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$')
);
create index invoice_payments_by_payment on public.invoice_payments (provider, payment_ref);

alter table public.invoice_payments enable row level security;
create policy "admins read invoice payments" on public.invoice_payments for select to authenticated
  using ((select ops.is_admin()));

comment on table public.invoice_payments is
  'Which payment paid which invoice, where the provider sends an event of its own for it (Stripe''s '
  'invoice_payment.paid). The invoice may be received later, or belong to no membership.';
comment on column public.invoice_payments.invoice_ref is
  'The provider''s id of the invoice; see membership_invoices.provider_ref.';
comment on column public.invoice_payments.payment_ref is
  'The provider''s id of the payment; see payments.provider_ref.';
comment on column public.invoice_payments.amount_minor is 'How much of it paid the invoice, in minor units.';

-- sql/60-community/10-tables/14-credit_balances.sql

create table community.credit_balances (
  owner text primary key,
  balance bigint not null default 0,

  constraint a_balance_is_never_below_zero check (balance >= 0)
);
alter table community.credit_balances enable row level security;

comment on table community.credit_balances is
  'The sum of public.credit_ledger by owner. Written by a trigger of the ledger alone (community.count_credits); its '
  'row is the lock that spends of one owner queue for.';
comment on column community.credit_balances.owner is
  'As community.credit_owner says: user:<id>, or of a buyer without an account payment:<id>, email:… or customer:….';
comment on column community.credit_balances.balance is 'In credits.';

-- sql/60-community/10-tables/15-credit_owner.sql

create function community.credit_owner(
  user_id uuid, payment_id uuid, email text, provider text, customer_ref text
) returns text
language sql immutable parallel safe
set search_path = ''
return case
  when user_id is not null then 'user:' || user_id
  when payment_id is not null then 'payment:' || payment_id
  when email is not null then 'email:' || lower(email)
  else 'customer:' || coalesce(provider, '') || '/' || customer_ref
end;
comment on function community.credit_owner(uuid, uuid, text, text, text) is
  'Whose balance an entry of the ledger counts to: the account''s; without one, what a payment bought is a balance of '
  'its own, and what was granted is the address''s or the customer''s.';

-- sql/60-community/15-member_of.sql

create function community.member_of(provider text, customer_ref text, email text) returns uuid
language sql stable
set search_path = ''
begin atomic
  select case
    when member_of.email is not null then commerce.user_of(member_of.email)
    else (select c.user_id from public.customers c where c.provider = member_of.provider
      and c.provider_ref = member_of.customer_ref)
  end;
end;
comment on function community.member_of(text, text, text) is
  'The account that a membership belongs to: by its own e-mail address, else by its customer''s. Null: not known '
  '(yet).';

-- sql/60-community/20-apply/apply_invoice.sql

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
      format('Waits for membership %s, which was not received yet.', fact ->> 'provider_ref')
    );
  end if;
  insert into public.membership_invoices as i (membership_id, provider, provider_ref, outcome, amount_minor, currency,
    payment_ref)
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

  if fact ->> 'outcome' = 'paid' and fact ->> 'payment_ref' is not null then
    insert into public.invoice_payments (provider, invoice_ref, payment_ref, amount_minor, currency)
    values (apply_invoice.provider, fact ->> 'invoice_ref', fact ->> 'payment_ref', (fact ->> 'amount_minor')::bigint,
      fact ->> 'currency')
    on conflict on constraint a_payment_pays_an_invoice_once do nothing;
  end if;
  perform community.settle_invoice(apply_invoice.provider, fact ->> 'invoice_ref');
end
$$;
comment on function community.apply_invoice(text, text, jsonb) is
  'Applies membership.billed. Parks until the membership is known.';

-- sql/60-community/20-apply/apply_invoice_payment.sql

create function community.apply_invoice_payment(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.invoice_payments (provider, invoice_ref, payment_ref, amount_minor, currency)
  values (
    apply_invoice_payment.provider, fact ->> 'provider_ref', fact ->> 'payment_ref', (fact ->> 'amount_minor')::bigint,
    fact ->> 'currency'
  )
  on conflict on constraint a_payment_pays_an_invoice_once do nothing;
  perform community.settle_invoice(apply_invoice_payment.provider, fact ->> 'provider_ref');
end
$$;
comment on function community.apply_invoice_payment(text, jsonb) is
  'Applies invoice.paid: records which payment paid an invoice. It does not wait for the invoice, which may be '
  'received later or belong to no membership.';

-- sql/60-community/20-apply/apply_membership.sql

create function community.apply_membership(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v jsonb := inbox.newest(provider, 'membership/' || (fact ->> 'provider_ref'), event_id, fact);
  v_old public.memberships;
  v_email text := lower(fact ->> 'email');
  v_user uuid;
  v_email_at timestamptz := case when fact ->> 'email' is not null then (fact ->> 'occurred_at')::timestamptz end;
begin
  select m.* into v_old
  from public.memberships m
  where m.provider = apply_membership.provider and m.provider_ref = fact ->> 'provider_ref'
  for no key update;
  -- Not every version of a provider's API names the member's address: an event without one does not remove it.
  if v_old.email is not null and (v_email is null or (v_email_at, v_email) < (v_old.email_as_of, v_old.email)) then
    v_email := v_old.email;
    v_email_at := v_old.email_as_of;
  end if;
  -- While its address and its customer stay, so does its account, which may have another address by now.
  v_user := case
    when v_old.user_id is not null and v_email is not distinct from v_old.email
      and (v is null or v ->> 'customer_ref' is not distinct from v_old.customer_ref) then v_old.user_id
    else community.member_of(apply_membership.provider,
      case when v is null then v_old.customer_ref else v ->> 'customer_ref' end, v_email)
  end;
  if v is null then
    if v_email is distinct from v_old.email then
      update public.memberships m
      set email = v_email, email_as_of = v_email_at, user_id = v_user
      where m.id = v_old.id;
    end if;
    return;
  end if;

  insert into public.memberships as m (
    provider, provider_ref, status, email, email_as_of, user_id, customer_ref, product_ref, current_period_start,
    current_period_end,
    cancel_at_period_end, as_of, as_of_event
  )
  values (
    apply_membership.provider, v ->> 'provider_ref', (v ->> 'status')::public.membership_status, v_email, v_email_at,
    v_user,
    v ->> 'customer_ref', v ->> 'product_ref', (v ->> 'current_period_start')::timestamptz,
    (v ->> 'current_period_end')::timestamptz, (v ->> 'cancel_at_period_end')::boolean,
    (v ->> 'occurred_at')::timestamptz,
    v ->> 'event_id'
  )
  on conflict on constraint a_provider_names_a_membership_once do update
  set status = excluded.status, email = excluded.email, email_as_of = excluded.email_as_of, user_id = excluded.user_id,
      customer_ref = excluded.customer_ref, product_ref = excluded.product_ref,
      current_period_start = excluded.current_period_start,
      current_period_end = excluded.current_period_end, cancel_at_period_end = excluded.cancel_at_period_end,
      as_of = excluded.as_of, as_of_event = excluded.as_of_event;
end
$$;
comment on function community.apply_membership(text, text, jsonb) is
  'Applies membership.updated: the latest event wins; for events of one time inbox.latest_of decides. The address is '
  'the latest one received.';

-- sql/60-community/20-apply/buys_credits.sql

create function community.buys_credits(payment public.payments) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return payment.credits is not null and exists (
    select 1 from public.credit_packs k
    where k.provider = payment.provider
      and k.provider_ref = payment.credit_pack_ref
      and k.currency = payment.currency
      and k.credits = payment.credits
      and payment.amount_minor >= k.price_minor
  );
end
$$;
comment on function community.buys_credits(public.payments) is
  'Whether a payment that names credits paid for them: its pack is in public.credit_packs with the same number of '
  'credits, in its currency, for no more than was paid. The payment''s own metadata proves nothing.';

-- sql/60-community/20-apply/pays_membership.sql

create function community.pays_membership(provider text, payment_ref text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
      select 1 from public.membership_invoices i where i.provider = pays_membership.provider
      and i.payment_ref = pays_membership.payment_ref
    )
    or exists (
      select 1 from public.invoice_payments l
      join public.membership_invoices i on i.provider = l.provider and i.provider_ref = l.invoice_ref
      where l.provider = pays_membership.provider and l.payment_ref = pays_membership.payment_ref
    );
end
$$;
comment on function community.pays_membership(text, text) is
  'Whether a payment is known to have paid a membership''s invoice.';

-- sql/60-community/20-apply/settle_credits.sql

create function community.settle_credits(payment public.payments) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_bought integer := case when community.buys_credits(payment) then payment.credits end;
  v_due integer;
  v_owner uuid;
  v_buyer uuid;
  v_email text := payment.email;
  v_refunded boolean;
begin
  if payment.captured_at is null then
    return;
  end if;
  if v_bought is null and payment.credits is null then
    -- Packs sold by our own shop.
    select o.user_id, o.email, sum(i.credits * i.quantity)::integer into v_buyer, v_email, v_bought
    from public.orders o join public.order_items i on i.order_id = o.id and i.kind = 'credit_pack'
    where o.payment_id = payment.id
    group by o.id;
  end if;
  if v_bought is null then
    return;
  end if;
  v_refunded := payment.status = 'refunded' and not exists (select 1 from commerce.parts_of(payment) p
    where p.status <> 'refunded');
  select case when v_refunded then 0 else v_bought end - coalesce(sum(l.credits), 0)
  into v_due
  from public.credit_ledger l
  where l.payment_id = payment.id;
  -- Credits are taken back from the account that received them, even if its e-mail address has since moved to another
  -- account.
  select l.user_id into v_owner from public.credit_ledger l where l.payment_id = payment.id and l.user_id is not null
    limit 1;
  if v_owner is null then
    v_owner := coalesce(v_buyer, community.member_of(payment.provider, payment.customer_ref, v_email));
    update public.credit_ledger l set user_id = v_owner where l.payment_id = payment.id and v_owner is not null;
  end if;

  if v_due < 0 then
    -- What was spent before the refund cannot be taken back: the audit names the payment, and a person decides.
    v_due := greatest(v_due, -community.lock_balance(
      coalesce(community.credit_owner(v_owner, payment.id, null, null, null), '')));
  end if;
  if v_due <> 0 then
    insert into public.credit_ledger (user_id, email, credits, reason, payment_id, provider, customer_ref)
    values (
      v_owner, v_email, v_due,
      case when v_due > 0 then 'bought' else 'refunded' end::public.credit_reason, payment.id, payment.provider,
      coalesce(payment.customer_ref, payment.provider_ref)
    );
  end if;
end
$$;
comment on function community.settle_credits(public.payments) is
  'Makes the ledger hold what a payment bought: its credits while it is captured, none once it was refunded in full. '
  'Credits that were spent before the refund stay spent: ops.audit_credits finds the payment, and '
  'community.write_off_credits closes it. The caller holds the payment''s row.';

-- sql/60-community/20-apply/settle_invoice.sql

create function community.settle_invoice(provider text, invoice_ref text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.membership_invoices i
  set payment_ref = l.payment_ref
  from (
    select max(l.payment_ref) as payment_ref from public.invoice_payments l
    where l.provider = settle_invoice.provider and l.invoice_ref = settle_invoice.invoice_ref
  ) l
  where i.provider = settle_invoice.provider and i.provider_ref = settle_invoice.invoice_ref
    and l.payment_ref is not null and i.payment_ref is distinct from l.payment_ref;

  -- An event about the payment may be applied at the same time: it must see the invoice, or be seen here.
  perform pg_advisory_xact_lock(hashtextextended(settle_invoice.provider || '/payment/' || r.payment_ref, 0))
  from (
    select l.payment_ref from public.invoice_payments l
    where l.provider = settle_invoice.provider and l.invoice_ref = settle_invoice.invoice_ref
    order by l.payment_ref
  ) r;
  update public.payments p
  set needs_review = false, review_reason = null
  where p.provider = settle_invoice.provider and p.checkout_session_id is null and p.needs_review
    and p.provider_ref in (
      select i.payment_ref from public.membership_invoices i
      where i.provider = settle_invoice.provider and i.provider_ref = settle_invoice.invoice_ref
      union
      select l.payment_ref from public.invoice_payments l
      join public.membership_invoices i on i.provider = l.provider and i.provider_ref = l.invoice_ref
      where l.provider = settle_invoice.provider and l.invoice_ref = settle_invoice.invoice_ref
    );
end
$$;
comment on function community.settle_invoice(text, text) is
  'Links a membership''s invoice with the payments that paid it: such a payment needs no checkout, and no review. The '
  'caller holds the lock of the invoice''s key.';

-- sql/60-community/20-apply/settle_packs.sql

create function community.settle_packs() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_payment uuid;
begin
  for v_payment in
    select p.id from public.payments p
    where p.provider = new.provider and p.credit_pack_ref = new.provider_ref and p.needs_review
      and p.captured_at is not null
    order by p.id
  loop
    perform commerce.lock_payment(v_payment);
    perform commerce.refresh_payment(v_payment);
  end loop;
  return null;
end
$$;
comment on function community.settle_packs() is
  'Trigger: a new or changed credit pack settles the payments that waited for it.';

create trigger settle_payments after insert or update on public.credit_packs for each row execute function
  community.settle_packs();

-- sql/60-community/30-credits/balance.sql

create function community.balance(user_id uuid default null) returns bigint
language plpgsql stable
security definer -- the caller has no right to read balances
set search_path = ''
as $$
declare
  v_user uuid := community.spender(balance.user_id);
begin
  return coalesce((select b.balance from community.credit_balances b where b.owner = 'user:' || v_user), 0);
end
$$;
comment on function community.balance(uuid) is
  'How many credits the signed-in account has. With the service key, in SQL and for admins: those of user_id. Raises '
  'as community.spender does.';

-- sql/60-community/30-credits/count_credits.sql

-- Statement triggers: one that moves several entries to an account (ops.link_purchases) is judged by its sum. They run
-- for every writer, an admin in Studio too. Balances are locked in the order of their owners.
create function community.count_credits() returns trigger
language plpgsql
security definer -- the writer of an entry has no right to write balances
set search_path = ''
as $$
declare
  v_changes jsonb;
  v_change record;
  v_balance bigint;
begin
  if tg_op = 'INSERT' then
    select jsonb_object_agg(x.owner, x.credits) into v_changes from (
      select community.credit_owner(n.user_id, n.payment_id, n.email, n.provider, n.customer_ref) as owner,
        sum(n.credits) as credits
      from new_entries n group by 1
    ) x;
  elsif tg_op = 'UPDATE' then
    select jsonb_object_agg(x.owner, x.credits) into v_changes from (
      select y.owner, sum(y.credits) as credits
      from (
        select community.credit_owner(n.user_id, n.payment_id, n.email, n.provider, n.customer_ref) as owner, n.credits
        from new_entries n
        union all
        select community.credit_owner(o.user_id, o.payment_id, o.email, o.provider, o.customer_ref), -o.credits
        from old_entries o
      ) y
      group by 1
    ) x;
  else
    select jsonb_object_agg(x.owner, x.credits) into v_changes from (
      select community.credit_owner(o.user_id, o.payment_id, o.email, o.provider, o.customer_ref) as owner,
        -sum(o.credits) as credits
      from old_entries o group by 1
    ) x;
  end if;

  for v_change in
    select c.key as owner, c.value::bigint as credits from jsonb_each_text(v_changes) c where c.value::bigint <> 0
    order by c.key
  loop
    insert into community.credit_balances (owner) values (v_change.owner) on conflict (owner) do nothing;
    v_balance := community.lock_balance(v_change.owner);
    if v_balance + v_change.credits < 0 then
      raise exception '% has % credits: % cannot be taken', v_change.owner, v_balance, -v_change.credits
        using errcode = '23514', constraint = 'a_balance_is_never_below_zero',
        hint = 'Take at most what is there, or give credits first.';
    end if;
    update community.credit_balances b set balance = b.balance + v_change.credits where b.owner = v_change.owner;
  end loop;
  return null;
end
$$;
comment on function community.count_credits() is
  'Statement trigger: keeps community.credit_balances in step with the ledger, and refuses what would take a balance '
  'below zero (23514, a_balance_is_never_below_zero).';

create trigger count_credits_added after insert on public.credit_ledger referencing new table as new_entries
for each statement execute function community.count_credits();
create trigger count_credits_changed after update on public.credit_ledger referencing old table as old_entries
  new table as new_entries
for each statement execute function community.count_credits();
create trigger count_credits_removed after delete on public.credit_ledger referencing old table as old_entries
for each statement execute function community.count_credits();

-- sql/60-community/30-credits/lock_balance.sql

create function community.lock_balance(owner text) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_balance bigint;
begin
  select b.balance into v_balance from community.credit_balances b where b.owner = lock_balance.owner
    for no key update;
  return coalesce(v_balance, 0);
end
$$;
comment on function community.lock_balance(text) is
  'The balance of an owner (community.credit_owner), locked until the end of the transaction: the next spend waits.';

-- sql/60-community/30-credits/spend_credits.sql

create function community.spend_credits(credits integer, key text, note text default null, user_id uuid default null)
  returns public.credit_ledger
language plpgsql
security definer -- the caller has no right to write the ledger
set search_path = ''
as $$
declare
  v_user uuid := community.spender(spend_credits.user_id);
  v_entry public.credit_ledger;
  v_balance bigint;
begin
  if spend_credits.credits is null or spend_credits.credits < 1 then
    raise exception 'the number of credits to spend is a whole number above 0, not %',
      coalesce(spend_credits.credits::text, 'null')
      using errcode = '22023', detail = 'credits_invalid', hint = 'Pass how many credits it costs.';
  end if;
  if spend_credits.key is null or length(spend_credits.key) not between 1 and 200 then
    raise exception 'a spend needs a key of 1 to 200 characters' using errcode = '22023', detail = 'key_missing',
      hint = 'Pass what the credits are spent on, such as lesson/<id>: the same key spends once.';
  end if;
  -- From here on this account's spends queue, so that the second of two with one key finds the first.
  v_balance := community.lock_balance('user:' || v_user);
  select l.* into v_entry from public.credit_ledger l
  where l.user_id = v_user and l.spend_key = spend_credits.key;
  if found then
    if v_entry.credits <> -spend_credits.credits then
      raise exception 'the key % has spent % credits already, not %', spend_credits.key, -v_entry.credits,
        spend_credits.credits
        using errcode = 'P0001', detail = 'key_reused', hint = 'Use a new key for another spend.';
    end if;
    return v_entry;
  end if;
  if v_balance < spend_credits.credits then
    raise exception 'there are % credits, and % are needed', v_balance, spend_credits.credits
      using errcode = 'P0001', detail = 'not_enough_credits', hint = 'Let the buyer buy more credits.';
  end if;
  insert into public.credit_ledger (user_id, credits, reason, note, spend_key)
  values (v_user, -spend_credits.credits, 'spent', spend_credits.note, spend_credits.key)
  returning * into v_entry;
  return v_entry;
end
$$;
comment on function community.spend_credits(integer, text, text, uuid) is
  'Spends credits of the signed-in account, once for a key, and returns the entry of the ledger: the same key gets the '
  'same entry. With the service key, in SQL and for admins: credits of user_id. Raises P0001 not_enough_credits; '
  'key_reused for the same key with another number; 22023 for bad input; 42501 for another account''s credits.';

-- sql/60-community/30-credits/spender.sql

create function community.spender(user_id uuid) returns uuid
language plpgsql stable
set search_path = ''
as $$
declare
  v_caller uuid := auth.uid();
begin
  if spender.user_id is not null and spender.user_id is distinct from v_caller
    and not (v_caller is null or ops.is_admin()) then
    raise exception 'another account''s credits are not yours to read or spend' using errcode = '42501',
      hint = 'Leave user_id out: it is the signed-in account.';
  end if;
  if coalesce(spender.user_id, v_caller) is null then
    raise exception 'no account is named' using errcode = '22023', detail = 'account_missing',
      hint = 'Sign in, or pass user_id with the service key.';
  end if;
  return coalesce(spender.user_id, v_caller);
end
$$;
comment on function community.spender(uuid) is
  'Whose credits the caller means: the signed-in account''s own; the service key, SQL and admins may name another. '
  'Raises 42501 for another''s, 22023 when none is named.';

-- sql/60-community/30-credits/write_off_credits.sql

create function community.write_off_credits(payment_id uuid, reason text) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_entry public.credit_ledger;
  v_left bigint;
begin
  v_payment := commerce.lock_payment(write_off_credits.payment_id);
  if v_payment.id is null then
    raise exception 'there is no payment %', write_off_credits.payment_id using errcode = 'P0002',
      hint = 'Pass the id of a row of public.payments.';
  end if;
  if v_payment.status <> 'refunded' then
    raise exception 'the payment is %, not refunded', v_payment.status using errcode = 'P0001',
      hint = 'Only credits of a refunded payment are written off.';
  end if;
  perform ops.decide('community.write_off_credits', write_off_credits.payment_id::text, reason);
  perform community.settle_credits(v_payment);
  select sum(l.credits) into v_left from public.credit_ledger l where l.payment_id = v_payment.id;
  if coalesce(v_left, 0) <= 0 then
    return 0;
  end if;
  select l.* into v_entry from public.credit_ledger l where l.payment_id = v_payment.id order by l.id limit 1;
  -- Given, and taken at once for the payment: the balance stays, and the payment is settled.
  insert into public.credit_ledger (user_id, email, credits, reason, provider, customer_ref, note)
  values (v_entry.user_id, v_entry.email, v_left, 'granted', v_entry.provider, v_entry.customer_ref,
    'Spent before the refund: ' || write_off_credits.reason);
  perform community.settle_credits(v_payment);
  return v_left;
end
$$;
comment on function community.write_off_credits(uuid, text) is
  'Lets a buyer keep credits that were spent before their payment was refunded. Takes back what is there by now, and '
  'returns how many were written off. Raises P0001 when the payment is not refunded.';

-- sql/60-community/40-api/credit_balance.sql

create function public.credit_balance(user_id uuid default null) returns bigint
language sql stable
security definer -- the schema community stays closed to the Data API
set search_path = ''
return community.balance(user_id);
comment on function public.credit_balance(uuid) is
  'community.balance, for the Data API: supabase.rpc("credit_balance").';

-- sql/60-community/40-api/spend_credits.sql

create function public.spend_credits(credits integer, key text, note text default null, user_id uuid default null)
  returns public.credit_ledger
language sql
security definer -- the schema community stays closed to the Data API
set search_path = ''
begin atomic
  select community.spend_credits(credits, key, note, user_id);
end;
comment on function public.spend_credits(integer, text, text, uuid) is
  'community.spend_credits, for the Data API: supabase.rpc("spend_credits", { credits, key, note }).';

-- sql/70-realtime/10-policies.sql

create policy "people hear their own topic" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) = 'user:' || (select auth.uid())::text);
-- Postgres Changes on private channels, the only ones allowed: which rows a change tells its listener is decided by the
-- table's own policies. Nobody sends anything to these topics.
create policy "accounts join channels about tables" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) ~ '^public:[a-z_]+(:|$)');
-- The changes of a cohort that Postgres Changes does not tell: which messages were hidden or deleted.
create policy "a cohort hears its own topic" on realtime.messages for select to authenticated
  using (
    extension = 'broadcast'
    and case when (select realtime.topic()) ~ '^cohort:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
      (select learning.attends(substr(realtime.topic(), 8)::uuid) or learning.teaches(substr(realtime.topic(), 8)::uuid)
        or ops.is_admin())
      else false end
  );

-- sql/70-realtime/20-tell_owner.sql

create function ops.tell_owner() returns trigger
language plpgsql
security definer -- only the owner may insert into realtime.messages
set search_path = ''
as $$
begin
  if tg_level = 'ROW' then
    perform realtime.broadcast_changes('user:' || coalesce(new.user_id, old.user_id), tg_op, tg_op, tg_table_name,
      tg_table_schema, new, old);
  else
    -- As realtime.broadcast_changes does it, which takes one row of a row trigger only.
    perform realtime.send(
      jsonb_build_object('old_record', null, 'record', n, 'operation', tg_op, 'table', tg_table_name, 'schema',
        tg_table_schema),
      tg_op, 'user:' || n.user_id
    )
    from new_rows n
    where n.user_id is not null;
  end if;
  return null;
exception when others then
  -- Broadcasts are a fast path only: a failing one must not fail an order.
  raise warning 'Realtime did not take a change of %.%: %', tg_table_schema, tg_table_name, sqlerrm;
  return null;
end
$$;
comment on function ops.tell_owner() is
  'Trigger: sends the change to the private topic user:<user_id>, event INSERT, UPDATE or DELETE, payload {operation, '
  'table, schema, record, old_record}. Of updates and deletions for each row; of inserts also for each statement, with '
  'the transition table new_rows. Deletions are told here alone: the publication of Postgres Changes has none.';

create trigger tell_owner after update on public.orders
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_inserts after insert on public.orders referencing new table as new_rows
for each statement execute function ops.tell_owner();
create trigger tell_owner after update on public.payments
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_inserts after insert on public.payments referencing new table as new_rows
for each statement execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.memberships
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.credit_ledger
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.notifications
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.enrollments
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.appointments
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.student_questions
for each row when (new.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner after insert or update on public.support_tickets
for each row when (new.user_id is not null) execute function ops.tell_owner();

create trigger tell_owner_of_deletion after delete on public.orders
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.payments
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.memberships
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.credit_ledger
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.notifications
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.enrollments
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.appointments
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.student_questions
for each row when (old.user_id is not null) execute function ops.tell_owner();
create trigger tell_owner_of_deletion after delete on public.support_tickets
for each row when (old.user_id is not null) execute function ops.tell_owner();

-- sql/70-realtime/26-tell_cohort.sql

create function ops.tell_cohort() returns trigger
language plpgsql
security definer -- only the owner may insert into realtime.messages
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object('operation', 'DELETE', 'table', tg_table_name, 'schema', tg_table_schema, 'old_record',
      jsonb_build_object('id', old.id)),
    'DELETE', 'cohort:' || old.cohort_id
  );
  return null;
exception when others then
  -- As in ops.tell_owner.
  raise warning 'Realtime did not take a change of %.%: %', tg_table_schema, tg_table_name, sqlerrm;
  return null;
end
$$;
comment on function ops.tell_cohort() is
  'Row trigger: tells the private topic cohort:<cohort_id> that a message was deleted or hidden, event DELETE, payload '
  '{operation, table, schema, old_record: {id}}. Postgres Changes tells neither: it has no deletions, and whoever may '
  'not read a hidden message hears nothing of it.';

create trigger tell_cohort_of_deletion after delete on public.cohort_messages
for each row when (old.hidden_at is null) execute function ops.tell_cohort();
create trigger tell_cohort_of_hiding after update of hidden_at on public.cohort_messages
for each row when (old.hidden_at is null and new.hidden_at is not null) execute function ops.tell_cohort();

-- sql/70-realtime/30-publication.sql

-- The tables that the Flutter app streams.
alter publication supabase_realtime add table public.orders, public.payments, public.memberships, public.credit_ledger,
  public.tutoring_sessions, public.session_recaps, public.notifications, public.fulfillments,
  public.enrollments, public.appointments, public.student_questions, public.cohort_messages, public.support_tickets,
    public.ticket_replies;
-- No deletions: Postgres Changes tells them to everybody who listens to the table, without row level security.
-- ops.tell_owner and ops.tell_cohort tell them to those who could read the row.
alter publication supabase_realtime set (publish = 'insert, update');

-- sql/80-ops/02-decisions/10-decisions.sql

create table ops.decisions (
  id uuid primary key default ops.uuid7(),
  command text not null,
  about text not null,
  reason text not null,
  decided_by text not null
    default coalesce(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email', session_user),
  decided_at timestamptz not null default now(),

  constraint a_reason_is_given check (length(trim(reason)) > 0)
);
create index decisions_by_subject on ops.decisions (about);
alter table ops.decisions enable row level security;

comment on table ops.decisions is
  'What an admin decided where a statement cannot know: who, when, about what, and why. Written by the commands that '
  'take a reason. Kept for ever: select * from ops.decisions order by id desc.';
comment on column ops.decisions.command is 'The function that was called, such as commerce.accept_payment.';
comment on column ops.decisions.about is 'What it was called for: an id, or the name of a destination.';
comment on column ops.decisions.decided_by is 'The e-mail address of the API''s user, or the role of the database.';

-- sql/80-ops/02-decisions/check_reason.sql

create function ops.check_reason(command text, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  if coalesce(trim(check_reason.reason), '') = '' or strpos(check_reason.reason, '<why>') > 0 then
    raise exception '% needs a reason, and nothing was changed', check_reason.command
      using errcode = '22023', hint = 'Write what was decided, and why, in place of <why>, and run it again.';
  end if;
end
$$;
comment on function ops.check_reason(text, text) is
  'Raises 22023 when a reason is missing, blank, or the placeholder <why> of a remedy in ops.attention.';

-- sql/80-ops/02-decisions/decide.sql

create function ops.decide(command text, about text, reason text) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  perform ops.check_reason(decide.command, decide.reason);
  insert into ops.decisions (command, about, reason) values (decide.command, decide.about, trim(decide.reason));
  return true;
end
$$;
comment on function ops.decide(text, text, text) is
  'Records in ops.decisions who decided what, and why. Always true, so that it can be a condition of an '
  'update. Raises 22023 without a reason: ops.check_reason.';

-- sql/80-ops/03-failures/10-endpoint_failures.sql

create table ops.endpoint_failures (
  endpoint text not null,
  code text not null,
  message text not null,
  minute timestamptz not null,
  count integer not null default 1,
  last_at timestamptz not null default now(),

  constraint failures_are_counted_by_minute primary key (endpoint, code, message, minute),
  constraint a_minute_is_whole check (minute = date_trunc('minute', minute, 'UTC'))
);
create index endpoint_failures_by_minute on ops.endpoint_failures (minute);
alter table ops.endpoint_failures enable row level security;

comment on table ops.endpoint_failures is
  'Requests of buyers that we could not serve through no fault of theirs (status 5xx), counted per minute. Requests '
  'that failed because the database was away are not here.';
comment on column ops.endpoint_failures.endpoint is 'The function: checkout, payment-status.';
comment on column ops.endpoint_failures.code is 'The error code in the response, as in docs/errors.md.';
comment on column ops.endpoint_failures.message is 'What the response said.';

-- sql/80-ops/03-failures/count_failure.sql

create function ops.count_failure(endpoint text, code text, message text) returns void
language sql
set search_path = ''
begin atomic
  insert into ops.endpoint_failures as f (endpoint, code, message, minute)
  values (count_failure.endpoint, count_failure.code, count_failure.message, date_trunc('minute', now(), 'UTC'))
  on conflict on constraint failures_are_counted_by_minute
  do update set count = f.count + 1, last_at = now();
end;
comment on function ops.count_failure(text, text, text) is
  'Counts a request that an endpoint could not serve. Called by the endpoint.';

-- sql/80-ops/04-remedies/05-remedy.sql

-- Called by views: it is there before them.
create function ops.remedy(does text, statement text, variadic instead text[] default '{}') returns text
language sql immutable parallel safe
set search_path = ''
begin atomic
  -- A line break in a value from outside would end a comment, and what follows it would be run.
  select concat_ws(
    E'\n',
    '-- ' || regexp_replace(remedy.does, '\s*[\r\n]+\s*', ' ', 'g'),
    remedy.statement || ';',
    (
      select string_agg(
        format(E'-- Instead: %s\n-- %s;', regexp_replace(remedy.instead[i], '\s*[\r\n]+\s*', ' ', 'g'),
          regexp_replace(remedy.instead[i + 1], '\s*[\r\n]+\s*', ' ', 'g')), E'\n' order by i
      )
      from generate_series(1, cardinality(remedy.instead), 2) i
      where remedy.instead[i + 1] is not null
    )
  );
end;
comment on function ops.remedy(text, text, text[]) is
  'A remedy as ops.attention shows it: SQL that can be pasted whole. A comment says what the statement does; each '
  'alternative (a sentence and a statement, by turns; no statement: left out) follows as a comment, so that pasting '
  'does one thing. statement null: there is nothing to run. A reason that an admin must give is written ''<why>''.';

-- sql/80-ops/04-remedies/10-refund_statement.sql

-- Called by views: it is there before them.
create function ops.refund_statement(payment public.payments)
returns table (does text, does_first text, statement text)
language sql stable
set search_path = ''
begin atomic
  select format('%s%s', lower(left(x.sentence, 1)), substr(x.sentence, 2)), x.sentence, x.statement
  from (
    select
      case
        when can.refund then format('Refunds %s at %s; this goes once %s reports it.', money.amount, payment.provider,
          payment.provider)
        else format('Records that %s were paid back by hand, after that was done: %s cannot refund by its API.',
          money.amount, payment.provider)
      end as sentence,
      case
        when can.refund then format('select commerce.request_refund(%L, reason => ''<why>'')', payment.id)
        else format('select commerce.record_refund(%L, %s, ''<transfer id>'', reason => ''<why>'')', payment.id,
          money.minor)
      end as statement
    from (
      select exists (select 1 from inbox.providers p where p.name = payment.provider and p.can_refund) as refund
    ) can
    cross join (
      select payment.amount_minor - payment.refunded_minor as minor,
        ops.money(payment.amount_minor - payment.refunded_minor, payment.currency) as amount
    ) money
  ) x;
end;
comment on function ops.refund_statement(public.payments) is
  'For ops.attention: the statement that pays a payment back, and what it does, as a first sentence and as an '
  'alternative.';

-- sql/80-ops/05-jobs/10-jobs.sql

create table ops.jobs (
  name text primary key,
  schedule text not null,
  command text not null,
  max_age interval not null,
  purpose text not null,
  created_at timestamptz not null default now(),

  constraint a_job_runs_now_and_then check (max_age > interval '0')
);
alter table ops.jobs enable row level security;

comment on table ops.jobs is
  'What pg_cron does for Signalbox. ops.schedule_jobs() makes pg_cron''s jobs of these rows; ops.attention shows a job '
  'that is missing, switched off, failing or late.';
comment on column ops.jobs.schedule is 'In pg_cron''s words: ''5 seconds'', or five fields, in UTC.';
comment on column ops.jobs.max_age is 'How long ago its last run may have begun; longer, and it counts as late.';
comment on column ops.jobs.purpose is 'What stops without it, as ops.attention says it.';

-- sql/80-ops/05-jobs/job_problems.sql

create function ops.job_problems() returns table (name text, problem text, since timestamptz)
language sql stable
set search_path = ''
as $$
  select j.name, j.problem, coalesce(j.last_run_at, j.created_at) from ops.job_states() j where j.problem is not null
$$;
comment on function ops.job_problems() is
  'What is wrong with the jobs of ops.jobs: missing, switched off, changed, failing or late. Shown in ops.attention.';

-- sql/80-ops/05-jobs/job_states.sql

create function ops.job_states() returns table (name text, problem text, last_run_at timestamptz,
  created_at timestamptz)
language sql stable
set search_path = ''
as $$
  select j.name,
    case
      when c.jobid is null then 'pg_cron does not have it'
      when not c.active then 'it is switched off'
      when (c.schedule, c.command) is distinct from (j.schedule, j.command) then 'pg_cron runs something else'
      when last.status = 'failed' then 'its last run failed: ' || coalesce(last.return_message, 'without a word')
      when last.start_time < now() - j.max_age then 'it has not run since ' || ops.iso_utc(last.start_time)
    end,
    last.start_time, j.created_at
  from ops.jobs j
  left join cron.job c on c.jobname = j.name
  left join lateral (
    select r.status, r.return_message, r.start_time from cron.job_run_details r
    -- Of a job that is gone, its runs are left.
    where r.start_time is not null and case when c.jobid is null then r.command = j.command else r.jobid = c.jobid end
    order by r.runid desc limit 1
  ) last on true
$$;
comment on function ops.job_states() is
  'Each job of ops.jobs: what is wrong with it (null: nothing), and when its last run began.';

-- sql/80-ops/05-jobs/schedule_jobs.sql

create function ops.schedule_jobs() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_job record;
  v_scheduled integer := 0;
begin
  for v_job in
    select j.name, j.schedule, j.command from ops.jobs j
    where not exists (
      select 1 from cron.job c
      where c.jobname = j.name and c.schedule = j.schedule and c.command = j.command and c.active
    )
    order by j.name
  loop
    -- Anew under the same name: a job that was switched off or changed becomes what it should be.
    perform cron.unschedule(c.jobid) from cron.job c where c.jobname = v_job.name;
    perform cron.schedule(v_job.name, v_job.schedule, v_job.command);
    v_scheduled := v_scheduled + 1;
  end loop;
  return v_scheduled;
end
$$;
comment on function ops.schedule_jobs() is
  'Schedules every job of ops.jobs that pg_cron does not have, has switched off or has otherwise. Returns how many.';

-- sql/80-ops/08-people/10-person_links.sql

create table ops.person_links (
  id uuid primary key default ops.uuid7(),
  user_id uuid not null,
  email text not null,
  how text not null,
  reason text,
  linked_by text not null default coalesce(ops.my_email(), session_user),
  found boolean not null default false,
  rows jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_link_is_by_confirmation_or_by_hand check (how in ('confirmed', 'by_hand')),
  constraint a_link_by_hand_has_a_reason check ((how = 'by_hand') = (reason is not null)),
  constraint a_reason_is_not_blank check (reason ~ '\S' and length(reason) <= 2000),
  constraint an_address_is_lower_case check (email = lower(email) and length(email) <= 320),
  constraint rows_are_by_table check (jsonb_typeof(rows) = 'object'),
  constraint found_says_whether_there_are_rows check (found = (rows <> '{}'))
);
create unique index a_confirmation_is_recorded_once on ops.person_links (user_id, email) where how = 'confirmed';
create index person_links_by_email on ops.person_links (email);
create index person_links_confirmed_at on ops.person_links (created_at) where how = 'confirmed';
alter table ops.person_links enable row level security;

create trigger touch before update on ops.person_links for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on ops.person_links for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on ops.person_links for each statement execute function
  outbox.refuse_truncate();

comment on table ops.person_links is
  'Which purchases were linked to which account after they were made, and why: the audit trail of ops.link_confirmed '
  'and ops.link_person. One row for each address that an account confirmed, one for each link by hand.';
comment on column ops.person_links.user_id is 'The account (auth.users).';
comment on column ops.person_links.email is 'The address that the purchases were made under, in lower case.';
comment on column ops.person_links.how is
  'confirmed: the account confirmed the address. by_hand: an admin linked them (ops.link_person).';
comment on column ops.person_links.linked_by is 'By hand: the admin, or the database role.';
comment on column ops.person_links.found is 'Whether anything was linked.';
comment on column ops.person_links.rows is 'The ids of the linked rows, by table: {"orders": ["…"]}.';

insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, description) values
  ('make', 'person.linked', 'ops.person_links', '{INSERT,UPDATE}', 'found', 'true',
    'Purchases of a guest are in the account now: tell data.email.');

-- sql/80-ops/08-people/find_person.sql

create function ops.find_person(email text)
returns table (
  user_id uuid, account_email text, confirmed boolean, name text, picture_url text, created_at timestamptz,
  last_sign_in_at timestamptz, orders bigint, guest_orders bigint, cohorts text[], open_tickets bigint, credits bigint
)
language plpgsql stable
security definer -- only the owner may read auth.users
set search_path = ''
as $$
declare
  v_email text := lower(btrim(find_person.email));
begin
  if auth.uid() is not null and not ops.is_admin() then
    raise exception 'admins find people by their address' using errcode = '42501', hint = 'Ask an admin.';
  end if;
  if coalesce(length(v_email), 0) < 3 then
    raise exception 'at least 3 characters of an address are needed' using errcode = '22023',
      hint = 'Pass an address, or the beginning of one.';
  end if;
  return query
  with addresses as (
    select lower(u.email) as email, u.id from auth.users u where starts_with(lower(u.email), v_email)
    union
    select v_email, null
    where not exists (select 1 from auth.users u where lower(u.email) = v_email)
      and (
        exists (select 1 from public.checkout_sessions s where lower(s.email) = v_email)
        or exists (select 1 from public.enrollments e where e.email = v_email)
      )
  )
  select a.id, a.email, u.email_confirmed_at is not null, p.name, p.picture_url, u.created_at, u.last_sign_in_at,
    (select count(*) from public.orders o where o.user_id = a.id),
    (select count(*) from public.checkout_sessions s join public.orders o on o.checkout_session_id = s.id
      where lower(s.email) = a.email and o.user_id is null),
    array(select c.name from public.enrollments e join public.cohorts c on c.id = e.cohort_id
      where (e.user_id = a.id or (e.user_id is null and e.email = a.email)) and e.status <> 'cancelled' order by 1),
    (select count(*) from public.support_tickets t
      where (t.user_id = a.id or (t.user_id is null and t.email = a.email)) and t.status <> 'closed'),
    coalesce((select b.balance from community.credit_balances b where b.owner = 'user:' || a.id), 0)
  from addresses a
  left join auth.users u on u.id = a.id
  left join public.profiles p on p.user_id = a.id
  order by a.email
  limit 50;
end
$$;
comment on function ops.find_person(text) is
  'Finds people by their e-mail address, or its beginning: select * from ops.find_person(''amina@''). Accounts, and a '
  'guest by the whole address (user_id null). guest_orders: under this address, linked to no account. At most 50. For '
  'admins and SQL; raises 42501 for others, 22023 for fewer than 3 characters.';

-- sql/80-ops/08-people/link_confirmed.sql

create function ops.link_confirmed(user_id uuid) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_email text;
  v_rows jsonb;
begin
  select lower(u.email) into v_email from auth.users u
  where u.id = link_confirmed.user_id and u.email_confirmed_at is not null;
  if v_email is null then
    return '{}';
  end if;
  -- Two that link one account at once: the second waits here, and finds nothing left. Cron calls it again and again:
  -- nothing is written where nothing is new.
  insert into ops.person_links as l (user_id, email, how, linked_by)
  values (link_confirmed.user_id, v_email, 'confirmed', 'ops.link_confirmed')
  on conflict (user_id, email) where how = 'confirmed' do nothing;
  perform 1 from ops.person_links l
  where l.user_id = link_confirmed.user_id and l.email = v_email and l.how = 'confirmed'
  for update;
  v_rows := ops.link_purchases(link_confirmed.user_id, v_email);
  if v_rows <> '{}' then
    update ops.person_links l
    set found = true,
        rows = l.rows || (
          select jsonb_object_agg(r.key, coalesce(l.rows -> r.key, '[]') || r.value) from jsonb_each(v_rows) r
        )
    where l.user_id = link_confirmed.user_id and l.email = v_email and l.how = 'confirmed';
  end if;
  return v_rows;
end
$$;
comment on function ops.link_confirmed(uuid) is
  'Links what was bought under the confirmed address of an account, and notes it in ops.person_links. Returns the ids '
  'by table; {} for an unconfirmed address, and when called again. Run by a trigger of auth.users when an address is '
  'confirmed, and by cron.';

-- sql/80-ops/08-people/link_on_confirmation.sql

create function ops.link_on_confirmation() returns trigger
language plpgsql
security definer -- Supabase Auth, which writes accounts, has no rights in our schemas
set search_path = ''
set lock_timeout = '2s'
as $$
begin
  perform ops.link_confirmed(new.id);
  return null;
exception when others then
  -- Nobody is kept from signing up: ops.link_recent tries again within a minute, and the audit finds what is left.
  raise warning 'Purchases of account % are not linked yet: %', new.id, sqlerrm;
  begin
    insert into ops.person_links (user_id, email, how, linked_by)
    values (new.id, lower(new.email), 'confirmed', 'ops.link_on_confirmation')
    on conflict (user_id, email) where how = 'confirmed' do nothing;
  exception when others then
    raise warning 'Account % is not noted: %', new.id, sqlerrm;
  end;
  return null;
end
$$;
comment on function ops.link_on_confirmation() is
  'Row trigger of auth.users: an address that becomes confirmed, at sign-up or by a change of address, gets what was '
  'bought under it. What the account has keeps its account when the address changes.';

create trigger signalbox_link_new after insert on auth.users
for each row when (new.email is not null and new.email_confirmed_at is not null)
execute function ops.link_on_confirmation();
create trigger signalbox_link_changed after update on auth.users
for each row when (
  new.email is not null and new.email_confirmed_at is not null
  and (old.email_confirmed_at is null or lower(new.email) is distinct from lower(old.email))
)
execute function ops.link_on_confirmation();

-- sql/80-ops/08-people/link_person.sql

create function ops.link_person(user_id uuid, email text, reason text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_email text := lower(link_person.email);
  v_other uuid := commerce.user_of(link_person.email);
  v_rows jsonb;
begin
  -- Such as: wrote from both addresses, ticket 1044.
  perform ops.check_reason('ops.link_person', link_person.reason);
  if v_email is null or v_email !~ '^[^@\s]+@[^@\s]+$' then
    raise exception 'the address that the purchases were made under is needed' using errcode = '22023',
      hint = 'select ops.link_person(''<account id>'', ''guest@example.com'', ''why'')';
  end if;
  if not exists (select 1 from auth.users u where u.id = link_person.user_id and u.email_confirmed_at is not null) then
    raise exception 'there is no account % with a confirmed address', coalesce(link_person.user_id::text, '(null)')
      using errcode = 'P0002', hint = 'select * from ops.find_person(''…'') shows accounts and their ids.';
  end if;
  if v_other <> link_person.user_id then
    raise exception '% is the confirmed address of another account, %', v_email, v_other using errcode = 'P0001',
      hint = 'Purchases under it are that account''s.';
  end if;
  v_rows := ops.link_purchases(link_person.user_id, v_email);
  insert into ops.person_links (user_id, email, how, reason, found, rows)
  values (link_person.user_id, v_email, 'by_hand', link_person.reason, v_rows <> '{}', v_rows);
  return v_rows;
end
$$;
comment on function ops.link_person(uuid, text, text) is
  'Links by hand what was bought under an address to an account, with a reason, and records it in ops.person_links: '
  'select ops.link_person(''<account id>'', ''guest@example.com'', ''why''). Rows of other accounts stay theirs. Later '
  'purchases under the address are not linked. Returns the ids by table. Raises 22023 without a reason, P0002 for an '
  'account that is not there or not confirmed, P0001 when the address is another account''s.';

-- sql/80-ops/08-people/link_purchases.sql

-- Locks in the order of docs/architecture.md: payments, checkouts, orders, then what orders made. A row that names an
-- account stays that account's. A payment belongs to the buyer of its checkout: the payer's address, which a provider
-- names, is proof of nothing.
create function ops.link_purchases(user_id uuid, email text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_user uuid := link_purchases.user_id;
  v_email text := lower(link_purchases.email);
  v_checkouts uuid[];
  v_customers uuid[];
  v_linked jsonb := '{}';
  v_ids uuid[];
begin
  v_checkouts := array(
    select s.id from public.checkout_sessions s
    where lower(s.email) = v_email and (s.user_id is null or s.user_id = v_user)
  );
  perform 1 from public.payments p
  where p.user_id is null and p.checkout_session_id = any (v_checkouts)
  order by p.id
  for no key update;

  with changed as (
    update public.checkout_sessions s set user_id = v_user where s.id = any (v_checkouts) and s.user_id is null
    returning s.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('checkout_sessions', v_ids);

  with changed as (
    update public.payments p set user_id = v_user
    where p.user_id is null and p.checkout_session_id = any (v_checkouts)
    returning p.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('payments', v_ids);

  with changed as (
    update public.orders o set user_id = v_user
    where o.checkout_session_id = any (v_checkouts) and o.user_id is null
    returning o.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('orders', v_ids);

  -- No status and no seat changes: learning.guard_seat has nothing to lock.
  with changed as (
    update public.enrollments e set user_id = v_user where e.email = v_email and e.user_id is null returning e.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('enrollments', v_ids);

  with changed as (
    update public.customers c set user_id = v_user where lower(c.email) = v_email and c.user_id is null returning c.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('customers', v_ids);
  v_customers := array(select c.id from public.customers c where lower(c.email) = v_email and c.user_id = v_user);

  with changed as (
    update public.memberships m set user_id = v_user
    where m.user_id is null
      and (
        lower(m.email) = v_email
        or (m.email is null and exists (select 1 from public.customers c where c.id = any (v_customers)
          and c.provider = m.provider and c.provider_ref = m.customer_ref))
      )
    returning m.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('memberships', v_ids);

  -- In one statement: of a purchase and its refund the sum counts (community.count_credits).
  with changed as (
    update public.credit_ledger l set user_id = v_user
    where l.user_id is null
      and (
        lower(l.email) = v_email
        or l.payment_id in (select o.payment_id from public.orders o where o.checkout_session_id = any (v_checkouts))
        or (l.email is null and exists (select 1 from public.customers c where c.id = any (v_customers)
          and c.provider = l.provider and c.provider_ref = l.customer_ref))
      )
    returning l.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('credit_ledger', v_ids);

  with changed as (
    update public.tutoring_sessions s
    set student_user_id = case when s.student_email = v_email then coalesce(s.student_user_id, v_user)
          else s.student_user_id end,
        tutor_user_id = case when s.tutor_email = v_email then coalesce(s.tutor_user_id, v_user)
          else s.tutor_user_id end
    where (s.student_email = v_email and s.student_user_id is null)
      or (s.tutor_email = v_email and s.tutor_user_id is null)
    returning s.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('tutoring_sessions', v_ids);

  with changed as (
    update public.appointments a set user_id = v_user where a.email = v_email and a.user_id is null returning a.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('appointments', v_ids);

  with changed as (
    update public.student_questions q set user_id = v_user where q.email = v_email and q.user_id is null returning q.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('student_questions', v_ids);

  with changed as (
    update public.support_tickets t set user_id = v_user where t.email = v_email and t.user_id is null returning t.id
  ) select array_agg(c.id order by c.id) into v_ids from changed c;
  v_linked := v_linked || jsonb_build_object('support_tickets', v_ids);

  return jsonb_strip_nulls(v_linked);
end
$$;
comment on function ops.link_purchases(uuid, text) is
  'Gives an account every row without one that was made under an address: checkouts, payments, orders (with their '
  'parcels), seats, customers, memberships, credits, sessions, appointments, questions, tickets. Returns the ids by '
  'table; {} when called again. Asks nobody: see ops.link_confirmed and ops.link_person.';

-- sql/80-ops/08-people/link_recent.sql

create function ops.link_recent(since interval default interval '15 minutes') returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_user uuid;
  v_linked integer := 0;
begin
  for v_user in
    select distinct l.user_id from ops.person_links l
    where l.how = 'confirmed' and l.created_at > now() - link_recent.since
    order by l.user_id
  loop
    if ops.link_confirmed(v_user) <> '{}' then
      v_linked := v_linked + 1;
    end if;
  end loop;
  return v_linked;
end
$$;
comment on function ops.link_recent(interval) is
  'Links what a purchase wrote while its buyer''s address was being confirmed: neither transaction sees the other''s '
  'rows. Returns for how many accounts something was found. Run by cron every minute.';

-- sql/80-ops/09-api/find_person.sql

create function public.find_person(email text)
returns table (
  user_id uuid, account_email text, confirmed boolean, name text, picture_url text, created_at timestamptz,
  last_sign_in_at timestamptz, orders bigint, guest_orders bigint, cohorts text[], open_tickets bigint, credits bigint
)
language sql stable
security definer -- the schema ops stays closed to the Data API
set search_path = ''
begin atomic
  select p.* from ops.find_person(email) p;
end;
comment on function public.find_person(text) is
  'ops.find_person, for admins over the Data API: supabase.rpc("find_person").';

-- sql/80-ops/10-audit/10-audits.sql

create table ops.audits (
  id uuid primary key default ops.uuid7(),
  started_at timestamptz not null,
  finished_at timestamptz not null,
  ran_by text not null default session_user,
  found integer not null,
  findings jsonb not null,

  constraint an_audit_ends_after_it_began check (finished_at >= started_at),
  constraint findings_are_a_list check (jsonb_typeof(findings) = 'array'),
  constraint what_was_found_is_kept check (found >= jsonb_array_length(findings) and (found = 0) = (findings = '[]'))
);
alter table ops.audits enable row level security;

comment on table ops.audits is
  'Results of ops.audit_consistency, run by run. The findings of the latest run are in ops.attention.';
comment on column ops.audits.found is 'How many inconsistencies it found.';
comment on column ops.audits.findings is
  'The first 1000 of them: [{what, id, which, why, remedy, since}]; since: the first of the consecutive runs that '
  'found it.';

-- sql/80-ops/10-audit/15-bought_items.sql

create view ops.bought_items with (security_invoker = on) as
select o.id as order_id, o.number, o.status, o.email, o.payment_id, o.checkout_session_id, i.id as item_id, i.kind,
  i.sku, i.cohort_id, i.settled_without_stock, r.status as reservation, i.ships
from public.orders o
join public.order_items i on i.order_id = o.id
left join public.stock_reservations r
  on r.checkout_session_id = o.checkout_session_id and r.product_id = i.product_id
  and r.starts_at is not distinct from i.starts_at;
comment on view ops.bought_items is
  'The items of orders, each with the reservation that it came from. For the rules of ops.inconsistencies.';

-- sql/80-ops/10-audit/20-rules/audit_checkout_expiry.sql

create view ops.audit_checkout_expiry (what, id, which, why, remedy) with (security_invoker = on) as
select 'checkout open past its time', s.id::text, 'checkout of ' || s.email,
  format('It should have expired at %s.', ops.iso_utc(s.expires_at)), 
  ops.remedy('Expires it: what it held is on sale again.', 'select commerce.expire_checkouts()')
from public.checkout_sessions s
where s.status = 'open' and s.expires_at < now() - interval '10 minutes';
comment on view ops.audit_checkout_expiry is 'A rule of ops.inconsistencies: an unpaid checkout expires in time.';

-- sql/80-ops/10-audit/20-rules/audit_checkout_news.sql

create view ops.audit_checkout_news (what, id, which, why, remedy) with (security_invoker = on) as
select 'checkout without news for a week', s.id::text, 'checkout of ' || s.email,
  'A payment of it is pending or approved, and its stock waits for it.',
  ops.remedy(
    'Asks the providers how it stands. If nothing changes, cancel the payment there: its webhook ends it here.',
    'select inbox.reconcile(p.name) from inbox.providers p where p.reconcile'
  )
from public.checkout_sessions s
where s.status = 'payment_pending' and s.updated_at < now() - interval '7 days'
  and not exists (
    select 1 from public.payments p
    where p.checkout_session_id = s.id and (p.needs_review or p.updated_at >= now() - interval '7 days')
  )
  and not exists (
    select 1 from public.payment_approvals a
    where a.checkout_session_id = s.id and a.created_at >= now() - interval '7 days'
  );
comment on view ops.audit_checkout_news is
  'A rule of ops.inconsistencies: a pending payment of a checkout is decided within a week.';

-- sql/80-ops/10-audit/20-rules/audit_checkout_without_order.sql

create view ops.audit_checkout_without_order (what, id, which, why, remedy) with (security_invoker = on) as
select 'completed checkout without an order', s.id::text, 'checkout of ' || s.email,
  'It says that it was paid, and no order was made.',
  case
    when exists (
      select 1 from public.payments p
      where p.checkout_session_id = s.id and p.captured_at is not null and p.status <> 'refunded'
    ) then ops.remedy(
      'Makes the order of its captured payment.',
      format('select commerce.make_order(p, s) from public.payments p join public.checkout_sessions s on '
        's.id = p.checkout_session_id where s.id = %L and p.captured_at is not null and p.status <> ''refunded'' '
        'order by p.captured_at limit 1', s.id)
    )
    else ops.remedy(
      'Sets it back to what its payments say: none of them was captured.',
      format(E'update public.checkout_sessions set status = ''payment_pending'', completed_at = null where id = %1$L;\n'
        'select commerce.refresh_checkout(%1$L)', s.id)
    )
  end
from public.checkout_sessions s
where s.status = 'payment_completed'
  and not exists (select 1 from public.orders o where o.checkout_session_id = s.id);
comment on view ops.audit_checkout_without_order is
  'A rule of ops.inconsistencies: a checkout that is completed has its order.';

-- sql/80-ops/10-audit/20-rules/audit_cohort_capacity.sql

create view ops.audit_cohort_capacity (what, id, which, why, remedy) with (security_invoker = on) as
select 'more students than seats', c.id::text, c.name,
  format('%s seats are taken or held, of %s.', coalesce(e.seats, 0) + coalesce(h.seats, 0), c.capacity),
  ops.remedy(
    'Raises the capacity to what was sold. (Or move somebody to another cohort.)',
    format('update public.cohorts set capacity = %1$s where id = %2$L and ops.decide(''raise the capacity'', %2$L, '
      '''<why>'')', coalesce(e.seats, 0) + coalesce(h.seats, 0), c.id),
    'takes back the latest seat.',
    format('update public.enrollments set status = ''cancelled'' where id = (select n.id from public.enrollments n '
      'where n.cohort_id = %1$L and n.status <> ''cancelled'' order by n.id desc limit 1) and '
      'ops.decide(''take back a seat'', %1$L, ''<why>'')', c.id)
  )
from public.cohorts c
left join (
  select n.cohort_id, count(*) as seats from public.enrollments n where n.status <> 'cancelled' group by 1
) e on e.cohort_id = c.id
left join (
  select r.cohort_id, sum(r.quantity) as seats
  from public.stock_reservations r
  where r.status = 'held' and r.cohort_id is not null
  group by 1
) h on h.cohort_id = c.id
where coalesce(e.seats, 0) + coalesce(h.seats, 0) > c.capacity;
comment on view ops.audit_cohort_capacity is
  'A rule of ops.inconsistencies: no more seats of a cohort are taken or held than it has.';

-- sql/80-ops/10-audit/20-rules/audit_credit_balances.sql

create view ops.audit_credit_balances (what, id, which, why, remedy) with (security_invoker = on) as
select
  case when coalesce(l.credits, 0) < 0 then 'credits below zero' else 'credit balance and ledger differ' end,
  coalesce(l.owner, b.owner), coalesce(l.owner, b.owner),
  format('The ledger says %s, the balance %s.', coalesce(l.credits, 0), coalesce(b.balance, 0)),
  case
    when coalesce(l.credits, 0) < 0 then ops.remedy('Gives what is missing; write the reason in place of <why>.',
      format('insert into public.credit_ledger (%s, credits, reason, note) values (%L, %s, ''granted'', ''<why>'')',
        case when l.owner ~ '^user:' then 'user_id' else 'email' end, substring(l.owner from ':(.*)'), -l.credits))
    else ops.remedy('Sets the balance to what the ledger says.',
      format('insert into community.credit_balances as b (owner, balance) values (%L, %s) '
        'on conflict (owner) do update set balance = excluded.balance', coalesce(l.owner, b.owner),
        coalesce(l.credits, 0)))
  end
from (
  select community.credit_owner(e.user_id, e.payment_id, e.email, e.provider, e.customer_ref) as owner,
    sum(e.credits) as credits
  from public.credit_ledger e group by 1
) l
full join community.credit_balances b on b.owner = l.owner
where coalesce(l.credits, 0) < 0 or coalesce(l.credits, 0) <> coalesce(b.balance, 0);
comment on view ops.audit_credit_balances is
  'A rule of ops.inconsistencies: no owner of credits has fewer than none, and the balances are the sums of the '
  'ledger.';

-- sql/80-ops/10-audit/20-rules/audit_credits.sql

create view ops.audit_credits (what, id, which, why, remedy) with (security_invoker = on) as
select 'credits and their payment differ', p.id::text, p.provider || ' ' || p.provider_ref,
  format('It bought %s, the ledger holds %s.', c.bought, c.held)
    || case when s.spent then ' The difference was spent before the refund.' else '' end,
  case
    when s.spent then ops.remedy('Lets the buyer keep what was spent.',
      format('select community.write_off_credits(%L, reason => ''<why>'')', p.id))
    else ops.remedy('Books the difference.',
      format('select community.settle_credits(p) from public.payments p where p.id = %L', p.id))
  end
from (
  select x.payment_id, sum(x.bought) as bought, sum(x.held) as held
  from (
    select p.id as payment_id, p.credits as bought, 0 as held
    from public.payments p
    where p.credits is not null and p.captured_at is not null and p.status <> 'refunded'
    union all
    select o.payment_id, sum(i.credits * i.quantity), 0
    from public.orders o
    join public.order_items i on i.order_id = o.id and i.kind = 'credit_pack'
    join public.payments p on p.id = o.payment_id
    where p.credits is null and p.captured_at is not null and o.status <> 'refunded'
    group by 1
    union all
    select l.payment_id, 0, sum(l.credits) from public.credit_ledger l where l.payment_id is not null group by 1
  ) x
  group by 1
) c
join public.payments p on p.id = c.payment_id
cross join lateral (
  select p.status = 'refunded' and c.held - c.bought > coalesce(sum(b.balance), 0) as spent
  from community.credit_balances b
  where b.owner in (
    select community.credit_owner(l.user_id, l.payment_id, l.email, l.provider, l.customer_ref)
    from public.credit_ledger l where l.payment_id = p.id
  )
) s
where c.bought <> c.held;
comment on view ops.audit_credits is
  'A rule of ops.inconsistencies: the ledger holds the credits that a payment bought.';

-- sql/80-ops/10-audit/20-rules/audit_discount_use.sql

create view ops.audit_discount_use (what, id, which, why, remedy) with (security_invoker = on) as
select 'discount given and its use not counted', s.id::text, s.discount_code,
  format('The checkout is %s, and the use of its discount is %s.', s.status, coalesce(u.status::text, 'not there')),
  ops.remedy('Counts it as the checkout stands.', format('select commerce.move_discount(%L, %L)', s.id, case s.status
    when 'payment_completed' then 'taken' when 'open' then 'held' when 'payment_pending' then 'held' else 'released'
  end))
from public.checkout_sessions s
left join public.discount_uses u on u.checkout_session_id = s.id
where s.discount_code is not null and u.status is distinct from case s.status
  when 'payment_completed' then 'taken' when 'open' then 'held' when 'payment_pending' then 'held' else 'released'
end::public.reservation_status;
comment on view ops.audit_discount_use is
  'A rule of ops.inconsistencies: a discount of a paid checkout is used, of an open one held, of one that ended free.';

-- sql/80-ops/10-audit/20-rules/audit_goods_without_parcel.sql

create view ops.audit_goods_without_parcel (what, id, which, why, remedy) with (security_invoker = on) as
select 'goods bought and no parcel', b.order_id::text, 'order ' || b.number,
  'The buyer paid for goods, and they cannot be sent: there is no parcel.',
  ops.remedy('Adds its parcel, to be packed.',
    format('insert into public.fulfillments (order_id) values (%L)', b.order_id))
from (select distinct b.order_id, b.number from ops.bought_items b where b.kind = 'goods' and b.ships) b
where not exists (select 1 from public.fulfillments f where f.order_id = b.order_id);
comment on view ops.audit_goods_without_parcel is
  'A rule of ops.inconsistencies: goods that are to be sent have a parcel.';

-- sql/80-ops/10-audit/20-rules/audit_item_reservation.sql

create view ops.audit_item_reservation (what, id, which, why, remedy) with (security_invoker = on) as
select 'sold and not taken from what there is', b.item_id::text, format('%s of order %s', b.sku, b.number),
  case
    when b.reservation is null then 'Nothing was reserved for it.' else format('Its reservation is %s.', b.reservation)
  end,
  ops.remedy(
    'Takes it from stock now. Refused while there is none: raise products.stock first.',
    format(E'update public.orders set status = ''needs_attention'', attention_reason = ''An audit found it.'' '
      'where id = %1$L;\nselect commerce.settle_order(%1$L)', b.order_id),
    'leaves the stock as it is: the buyer gets it another way.',
    format('update public.order_items set settled_without_stock = true where id = %1$L and '
      'ops.decide(''settle without stock'', %1$L, ''<why>'')', b.item_id)
  )
from ops.bought_items b
where b.status = 'confirmed' and not b.settled_without_stock and b.reservation is distinct from 'taken'
  and (b.reservation is not null or exists (
    select 1
    from public.checkout_items c
    join public.order_items i on i.id = b.item_id
    where c.checkout_session_id = b.checkout_session_id and c.product_id = i.product_id
      and c.starts_at is not distinct from i.starts_at and c.reserved
  ));
comment on view ops.audit_item_reservation is
  'A rule of ops.inconsistencies: what a confirmed order sold was taken from stock.';

-- sql/80-ops/10-audit/20-rules/audit_order_amount.sql

create view ops.audit_order_amount (what, id, which, why, remedy) with (security_invoker = on) as
select 'order and payment differ in amount', o.id::text, 'order ' || o.number,
  format(
    'The order is of %s, captured were %s, and no admin accepted that.', ops.money(o.total_minor, o.currency),
    ops.money(p.amount_minor, p.currency)
  ),
  ops.remedy(
    'Notes that the difference was accepted, or refunded.',
    format('select ops.acknowledge(''order and payment differ in amount'', %L, ''<why>'')', o.id),
    'refunds what was paid too much.',
    case when o.currency = p.currency and p.amount_minor - p.refunded_minor > o.total_minor then
      format('select commerce.request_refund(%L, %s, reason => ''<why>'')', p.id,
        p.amount_minor - p.refunded_minor - o.total_minor)
    end
  )
from public.orders o
join public.payments p on p.id = o.payment_id
where (o.total_minor, o.currency) is distinct from (p.amount_minor, p.currency)
  and p.reviewed_at is null and p.captured_at is not null
  and (
    p.part_of is null or o.currency <> p.currency or commerce.captured_in_parts(p, refunded => true) <> o.total_minor
  );
comment on view ops.audit_order_amount is
  'A rule of ops.inconsistencies: what was captured for an order is its total, or an admin accepted the difference.';

-- sql/80-ops/10-audit/20-rules/audit_order_items.sql

create view ops.audit_order_items (what, id, which, why, remedy) with (security_invoker = on) as
with items_of_orders as (
  select o.checkout_session_id, i.product_id, i.starts_at, i.quantity, i.unit_price_minor, i.kind, i.cohort_id,
    i.credits, i.ships, i.discount_minor
  from public.order_items i
  join public.orders o on o.id = i.order_id
), items_of_their_checkouts as (
  select c.checkout_session_id, c.product_id, c.starts_at, c.quantity, c.unit_price_minor, c.kind, c.cohort_id,
    c.credits, c.ships, c.discount_minor
  from public.checkout_items c
  join public.orders o on o.checkout_session_id = c.checkout_session_id
)
select 'order and checkout differ in items', o.id::text, 'order ' || o.number,
  'What was sold is not what was checked out.',
  ops.remedy(
    'Notes what was decided, after both were compared and the buyer has what was paid for.',
    format('select ops.acknowledge(''order and checkout differ in items'', %L, ''<why>'')', o.id),
    'shows what was checked out, and what was sold.',
    format('select ''checked out'', c.product_id, c.quantity from public.checkout_items c where c.checkout_session_id '
      '= %L union all select ''sold'', i.product_id, i.quantity from public.order_items i where i.order_id = %L',
      o.checkout_session_id, o.id)
  )
from public.orders o
where o.checkout_session_id in (
  (select f.checkout_session_id from (select * from items_of_orders except select * from items_of_their_checkouts) f)
  union
  (select f.checkout_session_id from (select * from items_of_their_checkouts except select * from items_of_orders) f)
);
comment on view ops.audit_order_items is
  'A rule of ops.inconsistencies: an order has the items of its checkout.';

-- sql/80-ops/10-audit/20-rules/audit_order_items_total.sql

create view ops.audit_order_items_total (what, id, which, why, remedy) with (security_invoker = on) as
select 'order and its items differ in total', o.id::text, 'order ' || o.number,
  format(
    'The order says %s, its items come to %s, with tax %s, shipping %s, discount %s.',
    ops.money(o.total_minor, o.currency), ops.money(coalesce(t.total, 0)::bigint, o.currency),
    ops.money(o.tax_minor, o.currency), ops.money(o.shipping_minor, o.currency), ops.money(o.discount_minor, o.currency)
  ),
  ops.remedy(
    'Notes what was decided, after its items were looked at and any excess was refunded.',
    format('select ops.acknowledge(''order and its items differ in total'', %L, ''<why>'')', o.id),
    'shows what was bought.', format('select * from public.order_items where order_id = %L', o.id)
  )
from public.orders o
left join (
  select i.order_id, sum(i.quantity * i.unit_price_minor::numeric) as total from public.order_items i group by 1
) t on t.order_id = o.id
where o.total_minor - (coalesce(t.total, 0) - o.discount_minor + o.shipping_minor) not between 0 and o.tax_minor;
comment on view ops.audit_order_items_total is
  'A rule of ops.inconsistencies: an order comes to the sum of its items, with its tax, shipping and discount.';

-- sql/80-ops/10-audit/20-rules/audit_order_of_another_checkout.sql

create view ops.audit_order_of_another_checkout (what, id, which, why, remedy) with (security_invoker = on) as
select 'order of another checkout than its payment', o.id::text, 'order ' || o.number,
  format(
    'It is of checkout %s, its payment is for %s.', o.checkout_session_id, coalesce(p.checkout_session_id::text, 'none')
  ),
  ops.remedy(
    'Notes what was decided, after it was found out, by the two checkouts, what the buyer paid for.',
    format('select ops.acknowledge(''order of another checkout than its payment'', %L, ''<why>'')', o.id),
    refund.does, refund.statement
  )
from public.orders o
join public.payments p on p.id = o.payment_id
cross join ops.refund_statement(p) refund
where p.checkout_session_id is distinct from o.checkout_session_id;
comment on view ops.audit_order_of_another_checkout is
  'A rule of ops.inconsistencies: an order and its payment are of one checkout.';

-- sql/80-ops/10-audit/20-rules/audit_order_of_open_checkout.sql

create view ops.audit_order_of_open_checkout (what, id, which, why, remedy) with (security_invoker = on) as
select 'order of a checkout that is not completed', o.id::text, 'order ' || o.number,
  format('Its checkout is %s.', s.status),
  ops.remedy('Completes it, so that its buyer cannot pay again.',
    format('update public.checkout_sessions set status = ''payment_completed'', completed_at = now() where id = %L',
      s.id))
from public.orders o
join public.checkout_sessions s on s.id = o.checkout_session_id
where s.status <> 'payment_completed';
comment on view ops.audit_order_of_open_checkout is
  'A rule of ops.inconsistencies: the checkout of an order is completed.';

-- sql/80-ops/10-audit/20-rules/audit_order_total.sql

create view ops.audit_order_total (what, id, which, why, remedy) with (security_invoker = on) as
select 'order and checkout differ in total', o.id::text, 'order ' || o.number,
  format(
    'The order says %s, its checkout %s, with tax %s, shipping %s, discount %s.',
    ops.money(o.total_minor, o.currency), ops.money(s.total_minor, s.currency), ops.money(o.tax_minor, o.currency),
    ops.money(o.shipping_minor, o.currency), ops.money(o.discount_minor, o.currency)
  ),
  ops.remedy(
    'Notes what was decided. The checkout is what the buyer saw: refund the excess first.',
    format('select ops.acknowledge(''order and checkout differ in total'', %L, ''<why>'')', o.id),
    'refunds a part of it (fill in the amount, in minor units).',
    format('select commerce.request_refund(%L, <amount>, reason => ''<why>'')', o.payment_id)
  )
from public.orders o
join public.checkout_sessions s on s.id = o.checkout_session_id
where o.currency <> s.currency
  or o.total_minor - (commerce.subtotal(s) - o.discount_minor + o.shipping_minor) not between 0 and o.tax_minor;
comment on view ops.audit_order_total is
  'A rule of ops.inconsistencies: an order comes to what its checkout said, with its tax, shipping and discount.';

-- sql/80-ops/10-audit/20-rules/audit_order_without_money.sql

create view ops.audit_order_without_money (what, id, which, why, remedy) with (security_invoker = on) as
select 'order without captured money', o.id::text, 'order ' || o.number,
  format('Its payment %s %s is %s.', p.provider, p.provider_ref, p.status),
  ops.remedy(
    format('Asks %s how the payment stands. Do not fulfil it before.', p.provider),
    format('select inbox.reconcile(%L)', p.provider),
    'stops its parcel, when it will not be paid.',
    format('update public.fulfillments set status = ''cancelled'' where order_id = %1$L and '
      'ops.decide(''stop a parcel'', %1$L, ''<why>'')', o.id)
  )
from public.orders o
join public.payments p on p.id = o.payment_id
where p.captured_at is null;
comment on view ops.audit_order_without_money is
  'A rule of ops.inconsistencies: the payment of an order was captured.';

-- sql/80-ops/10-audit/20-rules/audit_parcel_of_refunded_order.sql

create view ops.audit_parcel_of_refunded_order (what, id, which, why, remedy) with (security_invoker = on) as
select 'parcel of a refunded order', f.id::text, 'order ' || o.number,
  format('It was refunded, and its parcel is %s.', f.status),
  ops.remedy('Stops the parcel.', format('update public.fulfillments set status = ''cancelled'' where id = %L', f.id))
from public.fulfillments f
join public.orders o on o.id = f.order_id
where f.status in ('pending', 'packed') and o.status = 'refunded';
comment on view ops.audit_parcel_of_refunded_order is
  'A rule of ops.inconsistencies: no parcel of a refunded order waits to be sent.';

-- sql/80-ops/10-audit/20-rules/audit_payment_for_nothing.sql

create view ops.audit_payment_for_nothing (what, id, which, why, remedy) with (security_invoker = on) as
select 'captured payment that is for nothing', p.id::text, p.provider || ' ' || p.provider_ref,
  'It names no checkout, membership or credits, and no admin reviewed it.',
  ops.remedy('Works out anew what it is for; if that is nothing, it is a payment that needs review.',
    format('select commerce.refresh_payment(%L)', p.id))
from public.payments p
where p.checkout_session_id is null and p.captured_at is not null
  and not p.needs_review and p.reviewed_at is null and p.status <> 'refunded'
  and p.membership_ref is null and p.credits is null
  and not community.pays_membership(p.provider, p.provider_ref);
comment on view ops.audit_payment_for_nothing is
  'A rule of ops.inconsistencies: a captured payment is for a checkout, a membership or credits, or an admin reviews '
  'it.';

-- sql/80-ops/10-audit/20-rules/audit_payment_refunds.sql

create view ops.audit_payment_refunds (what, id, which, why, remedy) with (security_invoker = on) as
with refunded as (
  select r.payment_id, r.currency, coalesce(sum(r.amount_minor) filter (where r.status = 'succeeded'), 0) as succeeded,
    coalesce(sum(r.amount_minor) filter (where r.status in ('failed', 'cancelled')), 0) as undone
  from public.refunds r
  group by 1, 2
)
select 'payment and its refunds differ', p.id::text, p.provider || ' ' || p.provider_ref,
  format(
    'Its refunded amount is %s, its refunds add up to %s.', ops.money(p.refunded_minor, p.currency),
    ops.money(greatest(coalesce(r.succeeded, 0), p.reported_refunded_minor - coalesce(r.undone, 0))::bigint, p.currency)
  ),
  ops.remedy('Adds its refunds up again.', format('select commerce.refresh_payment(%L)', p.id))
from public.payments p
left join refunded r on r.payment_id = p.id and r.currency = p.currency
where p.refunded_minor <> greatest(coalesce(r.succeeded, 0), p.reported_refunded_minor - coalesce(r.undone, 0));
comment on view ops.audit_payment_refunds is
  'A rule of ops.inconsistencies: the refunded amount of a payment is the sum of its refunds.';

-- sql/80-ops/10-audit/20-rules/audit_payment_without_order.sql

create view ops.audit_payment_without_order (what, id, which, why, remedy) with (security_invoker = on) as
select 'captured payment without an order', p.id::text, p.provider || ' ' || p.provider_ref,
  format('The buyer paid %s, and gets nothing.', ops.money(p.amount_minor, p.currency)),
  ops.remedy(
    'Makes its order.',
    format(
      'select commerce.make_order(p, s) from public.payments p '
      'join public.checkout_sessions s on s.id = p.checkout_session_id where p.id = %L', p.id
    )
  )
from public.payments p
where p.captured_at is not null and p.checkout_session_id is not null
  and not p.needs_review and p.reviewed_at is null and p.status <> 'refunded'
  and not exists (select 1 from public.orders o where o.payment_id = p.id)
  -- A single part makes none.
  and (p.part_of is null or (
    commerce.order_of(p) is null
    and commerce.captured_in_parts(p) >= (
      select s.total_minor from public.checkout_sessions s where s.id = p.checkout_session_id
    )
  ));
comment on view ops.audit_payment_without_order is
  'A rule of ops.inconsistencies: a payment captured for a checkout has made its order.';

-- sql/80-ops/10-audit/20-rules/audit_refund_currency.sql

create view ops.audit_refund_currency (what, id, which, why, remedy) with (security_invoker = on) as
select 'refund in another currency than its payment', r.id::text, r.provider || ' ' || r.provider_ref,
  format(
    '%s were refunded of a payment in %s, and are not counted here.', ops.money(r.amount_minor, r.currency), p.currency
  ),
  ops.remedy(
    'Notes what was decided, after the amount was found out at the provider and recorded.',
    format('select ops.acknowledge(''refund in another currency than its payment'', %L, ''<why>'')', r.id),
    format('records it in %s (fill in the amount, in minor units).', p.currency),
    format('select commerce.record_refund(%L, <amount>, %L, reason => ''<why>'')', p.id, r.provider_ref)
  )
from public.refunds r
join public.payments p on p.id = r.payment_id
where r.currency <> p.currency and r.status in ('pending', 'succeeded');
comment on view ops.audit_refund_currency is
  'A rule of ops.inconsistencies: a refund is in the currency of its payment.';

-- sql/80-ops/10-audit/20-rules/audit_refund_payment.sql

create view ops.audit_refund_payment (what, id, which, why, remedy) with (security_invoker = on) as
select 'refund of another payment', q.id::text, p.provider || ' ' || q.provider_ref,
  format('It was asked for payment %s, and made of %s.', q.payment_id, r.payment_id),
  ops.remedy(
    'Notes what was decided, after both payments were looked at in the provider''s dashboard.',
    format('select ops.acknowledge(''refund of another payment'', %L, ''<why>'')', q.id),
    refund.does, refund.statement
  )
from public.refund_requests q
join public.payments p on p.id = q.payment_id
cross join ops.refund_statement(p) refund
join public.refunds r on r.provider = p.provider and r.provider_ref = q.provider_ref
where r.payment_id <> q.payment_id;
comment on view ops.audit_refund_payment is
  'A rule of ops.inconsistencies: a refund is of the payment that it was requested for.';

-- sql/80-ops/10-audit/20-rules/audit_seat_not_bought.sql

create view ops.audit_seat_not_bought (what, id, which, why, remedy) with (security_invoker = on) as
select 'seat that nothing bought', e.id::text, e.email,
  case
    when o.status = 'refunded' then format('Order %s, which bought it, was refunded.', o.number)
    else format('Order %s, which it names, bought something else.', o.number)
  end,
  ops.remedy(
    'Takes the seat back.', format('update public.enrollments set status = ''cancelled'' where id = %L', e.id),
    'leaves it as a gift.',
    format('update public.enrollments set order_item_id = null where id = %1$L and ops.decide(''give a seat'', %1$L, '
      '''<why>'')', e.id)
  )
from public.enrollments e
join public.order_items i on i.id = e.order_item_id
join public.orders o on o.id = i.order_id
where e.status = 'active' and (o.status = 'refunded' or i.cohort_id is distinct from e.cohort_id);
comment on view ops.audit_seat_not_bought is
  'A rule of ops.inconsistencies: a seat that names an order was bought by it, and the order was not refunded.';

-- sql/80-ops/10-audit/20-rules/audit_seat_not_given.sql

create view ops.audit_seat_not_given (what, id, which, why, remedy) with (security_invoker = on) as
select 'seat bought and not given', b.item_id::text, format('%s of order %s', b.sku, b.number),
  format('%s paid for it and is not enrolled by it.', b.email),
  ops.remedy('Enrols the buyer.', format('select commerce.fulfil_services(%L)', b.order_id))
from ops.bought_items b
where b.kind = 'cohort_seat' and b.status = 'confirmed' and not b.settled_without_stock
  and not exists (
    select 1 from public.enrollments e where e.order_item_id = b.item_id and not e.cancelled_by_refund
  )
  -- Cancelled by hand, and bought again: the later purchase got the seat, whatever happened to that one.
  and not exists (
    select 1 from ops.bought_items n
    where n.cohort_id = b.cohort_id and n.email = b.email and n.item_id > b.item_id and n.reservation = 'taken'
  );
comment on view ops.audit_seat_not_given is 'A rule of ops.inconsistencies: the buyer of a seat is enrolled.';

-- sql/80-ops/10-audit/20-rules/audit_session_not_booked.sql

create view ops.audit_session_not_booked (what, id, which, why, remedy) with (security_invoker = on) as
select 'session bought and not booked', b.item_id::text, format('%s of order %s', b.sku, b.number),
  format('%s paid for it and has no appointment by it.', b.email),
  ops.remedy('Books the session.', format('select commerce.fulfil_services(%L)', b.order_id))
from ops.bought_items b
where b.kind = 'tutoring_session' and b.status = 'confirmed' and not b.settled_without_stock
  and not exists (
    select 1 from public.tutoring_sessions s where s.order_item_id = b.item_id and not s.cancelled_by_refund
  );
comment on view ops.audit_session_not_booked is
  'A rule of ops.inconsistencies: the buyer of a session has an appointment.';

-- sql/80-ops/10-audit/20-rules/audit_session_not_bought.sql

create view ops.audit_session_not_bought (what, id, which, why, remedy) with (security_invoker = on) as
select 'session that nothing bought', s.id::text, format('%s at %s', s.title, ops.iso_utc(s.starts_at)),
  case
    when o.status = 'refunded' then format('Order %s, which bought it, was refunded.', o.number)
    else format('Order %s, which it names, bought something else.', o.number)
  end,
  ops.remedy(
    'Cancels the session.', format('update public.tutoring_sessions set status = ''cancelled'' where id = %L', s.id),
    'leaves it as a gift.',
    format('update public.tutoring_sessions set order_item_id = null where id = %1$L and ops.decide(''give a '
      'session'', '
      '%1$L, ''<why>'')', s.id)
  )
from public.tutoring_sessions s
join public.order_items i on i.id = s.order_item_id
join public.orders o on o.id = i.order_id
where s.status = 'scheduled'
  and ((o.status = 'refunded' and s.starts_at > now()) or i.kind <> 'tutoring_session');
comment on view ops.audit_session_not_bought is
  'A rule of ops.inconsistencies: a session that names an order was bought by it, and the order was not refunded.';

-- sql/80-ops/10-audit/20-rules/audit_started_payment.sql

create view ops.audit_started_payment (what, id, which, why, remedy) with (security_invoker = on) as
select 'payment started for another checkout', s.id::text, s.provider || ' ' || s.provider_ref,
  format('It was started for checkout %s, and paid for %s.', s.checkout_session_id, p.checkout_session_id),
  ops.remedy(
    'Notes what was decided, after it was found out what the buyer meant.',
    format('select ops.acknowledge(''payment started for another checkout'', %L, ''<why>'')', s.id),
    refund.does, refund.statement
  )
from public.started_payments s
join public.payments p on p.provider = s.provider and p.provider_ref = s.provider_ref
cross join ops.refund_statement(p) refund
where p.checkout_session_id <> s.checkout_session_id;
comment on view ops.audit_started_payment is
  'A rule of ops.inconsistencies: a payment is for the checkout that it was started for.';

-- sql/80-ops/10-audit/20-rules/audit_stock_held.sql

create view ops.audit_stock_held (what, id, which, why, remedy) with (security_invoker = on) as
select 'stock held for a checkout that has ended', s.id::text, 'checkout of ' || s.email,
  format('It is %s, and what it held is not on sale again.', s.status),
  case
    when s.status = 'payment_completed' then
      ops.remedy('Takes it for its order.', format('select commerce.take_stock(%L)', s.id))
    else ops.remedy('Puts it on sale again.', format('select commerce.release_stock(%L)', s.id))
  end
from public.checkout_sessions s
where s.status in ('payment_failed', 'expired', 'payment_completed')
  and s.id in (select r.checkout_session_id from public.stock_reservations r where r.status = 'held');
comment on view ops.audit_stock_held is
  'A rule of ops.inconsistencies: no stock is held for a checkout that has ended.';

-- sql/80-ops/10-audit/20-rules/audit_stock_ledger.sql

create view ops.audit_stock_ledger (what, id, which, why, remedy) with (security_invoker = on) as
select 'stock and its ledger differ', p.id::text, p.sku,
  format(
    'There are %s to sell, the ledger says %s.', coalesce(p.stock::text, 'any number'), coalesce(m.quantity, 0)
  ),
  -- Sales use the stock; the ledger follows.
  ops.remedy(
    'Books the difference in the ledger. What is in the shelf counts: if that is another number, set products.stock.',
    format(
      'insert into public.stock_movements (product_id, quantity, reason, note) '
      'values (%L, %s, ''corrected'', ''after an audit'')', p.id, coalesce(p.stock, 0) - coalesce(m.quantity, 0)
    )
  )
from public.products p
left join (
  select l.product_id, sum(l.quantity) as quantity from public.stock_movements l group by 1
) m on m.product_id = p.id
where coalesce(p.stock, 0) <> coalesce(m.quantity, 0);
comment on view ops.audit_stock_ledger is
  'A rule of ops.inconsistencies: the stock of a product is the sum of its movements.';

-- sql/80-ops/10-audit/20-rules/audit_stock_taken.sql

create view ops.audit_stock_taken (what, id, which, why, remedy) with (security_invoker = on) as
select 'stock taken without an order', r.id::text, p.sku, format('%s are sold to nobody.', r.quantity),
  ops.remedy(
    'Puts it on sale again.',
    format(E'update public.stock_reservations set status = ''held'' where id = %L;\nselect commerce.release_stock(%L)',
      r.id, r.checkout_session_id)
  )
from public.stock_reservations r
join public.products p on p.id = r.product_id
where r.status = 'taken'
  and not exists (select 1 from public.orders o where o.checkout_session_id = r.checkout_session_id);
comment on view ops.audit_stock_taken is
  'A rule of ops.inconsistencies: what is taken from stock is in an order.';

-- sql/80-ops/10-audit/20-rules/audit_tutor_twice.sql

create view ops.audit_tutor_twice (what, id, which, why, remedy) with (security_invoker = on) as
select 'tutor booked twice at a time', b.id::text, format('%s at %s', b.tutor_email, ops.iso_utc(b.starts_at)),
  format('Another session that was bought, or is held for a checkout, lasts until %s.', ops.iso_utc(b.busy_until)),
  case
    when b.checkout is null then ops.remedy(
      'Moves it, after another time was agreed with its student (fill in its start), and tells both.',
      format('select tutoring.reschedule(%L, ''<start>'', ''Booked twice.'')', b.id),
      'cancels it, refunds it and tells both.',
      format('select tutoring.cancel(%L, ''<why>'')', b.id)
    )
    else ops.remedy(
      'Cancels the checkout, before it is paid.',
      format('select commerce.cancel_checkout(%L)', b.checkout)
    )
  end
from (
  select t.id, t.tutor_email, t.starts_at, t.checkout,
    max(t.ends_at) over (
      partition by t.tutor_email order by t.starts_at, t.id rows between unbounded preceding and 1 preceding
    ) as busy_until
  from (
    select s.id, s.tutor_email, s.starts_at, s.ends_at, null::uuid as checkout
    from public.tutoring_sessions s
    where s.status = 'scheduled' and s.order_item_id is not null
    union all
    select r.id, r.tutor_email, r.starts_at, r.ends_at, r.checkout_session_id
    from public.stock_reservations r
    where r.status = 'held' and r.tutor_email is not null
  ) t
) b
where b.starts_at < b.busy_until;
comment on view ops.audit_tutor_twice is
  'A rule of ops.inconsistencies: sessions of one tutor that were bought, or are held for checkouts, do not overlap.';

-- sql/80-ops/10-audit/20-rules/audit_unlinked_purchases.sql

create view ops.audit_unlinked_purchases (what, id, which, why, remedy) with (security_invoker = on) as
select 'bought under a confirmed address, and not linked', l.user_id || ' ' || l.email, l.email,
  format('%s of its rows name no account.', u.rows),
  ops.remedy('Links them to the account.', format('select ops.link_confirmed(%L)', l.user_id))
from (
  select x.email, count(*) as rows
  from (
    select lower(s.email) as email from public.checkout_sessions s where s.user_id is null
    union all select o.email from public.orders o where o.user_id is null
    union all select e.email from public.enrollments e where e.user_id is null
    union all select lower(m.email) from public.memberships m where m.user_id is null
    union all select lower(c.email) from public.credit_ledger c where c.user_id is null
  ) x
  where x.email is not null
  group by 1
) u
join ops.person_links l on l.email = u.email and l.how = 'confirmed' and l.created_at < now() - interval '5 minutes'
-- Only while the account has the address: what is bought under one that it gave up is a guest's.
where commerce.user_of(l.email) = l.user_id;
comment on view ops.audit_unlinked_purchases is
  'A rule of ops.inconsistencies: what was bought under the confirmed address of an account is linked to it.';

-- sql/80-ops/10-audit/30-inconsistencies.sql

-- One statement, and so one snapshot: it can be queried while payments are processed. Each rule is a view in 20-rules/,
-- with the same columns. Whole tables are read and joined by hash, as the planner prefers; only pending rows are found
-- by index. What constraints guarantee is not checked again.
create view ops.inconsistencies with (security_invoker = on) as
select * from ops.audit_payment_without_order
union all select * from ops.audit_order_without_money
union all select * from ops.audit_order_of_another_checkout
union all select * from ops.audit_checkout_without_order
union all select * from ops.audit_order_of_open_checkout
union all select * from ops.audit_order_total
union all select * from ops.audit_order_items_total
union all select * from ops.audit_order_items
union all select * from ops.audit_order_amount
union all select * from ops.audit_payment_refunds
union all select * from ops.audit_discount_use
union all select * from ops.audit_stock_ledger
union all select * from ops.audit_stock_held
union all select * from ops.audit_checkout_expiry
union all select * from ops.audit_checkout_news
union all select * from ops.audit_stock_taken
union all select * from ops.audit_item_reservation
union all select * from ops.audit_cohort_capacity
union all select * from ops.audit_seat_not_bought
union all select * from ops.audit_seat_not_given
union all select * from ops.audit_goods_without_parcel
union all select * from ops.audit_parcel_of_refunded_order
union all select * from ops.audit_session_not_booked
union all select * from ops.audit_session_not_bought
union all select * from ops.audit_tutor_twice
union all select * from ops.audit_credits
union all select * from ops.audit_credit_balances
union all select * from ops.audit_unlinked_purchases
union all select * from ops.audit_payment_for_nothing
union all select * from ops.audit_started_payment
union all select * from ops.audit_refund_currency
union all select * from ops.audit_refund_payment;
comment on view ops.inconsistencies is
  'Everything that must never be the case, now: what, which, why, and what to do. select * from ops.inconsistencies. '
  'No row: all is well. ops.audit_consistency stores its result.';

-- sql/80-ops/10-audit/audit_consistency.sql

create function ops.audit_consistency() returns table (what text, id text, which text, why text, remedy text,
  since timestamptz)
language plpgsql
set search_path = ''
as $$
declare
  v_started_at timestamptz := clock_timestamp();
  v_found integer;
  v_findings jsonb;
begin
  select count(*), coalesce(jsonb_agg(to_jsonb(f) - 'position' order by f.position) filter (where f.position <= 1000),
    '[]') into v_found, v_findings
  from (
    select i.*, coalesce(b.since, now()) as since, row_number() over (order by b.since, i.what, i.id) as position
    from ops.inconsistencies i
    left join (
      select f.what, f.id, min(f.since) as since
      from (select a.findings from ops.audits a order by a.id desc limit 1) latest,
        jsonb_to_recordset(latest.findings) as f (what text, id text, since timestamptz)
      group by 1, 2
    ) b on b.what = i.what and b.id = i.id
  ) f;
  insert into ops.audits (started_at, finished_at, found, findings) values (v_started_at, clock_timestamp(), v_found,
    v_findings);
  return query
    select f.* from jsonb_to_recordset(v_findings) as f (what text, id text, which text, why text, remedy text,
      since timestamptz);
end
$$;
comment on function ops.audit_consistency() is
  'Finds all inconsistencies, and stores them in ops.audits: select * from ops.audit_consistency(). No row: all is '
  'well. Run by cron every ten minutes. Changes nothing else.';

-- sql/80-ops/20-attention/05-severity.sql

create type ops.severity as enum ('note', 'soon', 'urgent');
comment on type ops.severity is
  'urgent: a payment, or something that was paid for, waits. soon: it does not get better by itself. note: nothing '
  'fails because of it.';

create function ops.severity(what text) returns ops.severity
language sql immutable parallel safe
set search_path = ''
return case
  when what in ('webhooks of a new shape', 'destination held', 'event parked', 'event unconfirmed',
    'calendar invitation incomplete') then 'note'
  when what in (
    'event parked for over an hour', 'event never confirmed', 'destination failing', 'recap of no session',
    'reconciliation failing', 'reconciliation incomplete for over an hour', 'provider cannot be asked',
    'order of events undecided', 'webhooks not accepted',
    'receipt overdue', 'route makes no message', 'audit overdue', 'refund refused', 'checkout paid in part',
    'calendar consent ends'
  ) then 'soon'
  else 'urgent'
end::ops.severity;
comment on function ops.severity(text) is 'How severe a row of ops.attention is, by its what.';

-- sql/80-ops/20-attention/06-acknowledgements.sql

create table ops.acknowledgements (
  what text not null,
  id text not null,
  seen text not null default '',
  reason text not null,
  acknowledged_by text not null default session_user,
  acknowledged_at timestamptz not null default now(),

  constraint a_thing_is_acknowledged_once primary key (what, id),
  constraint a_reason_is_given check (length(trim(reason)) > 0)
);
alter table ops.acknowledgements enable row level security;

comment on table ops.acknowledgements is
  'What a person has seen and decided, where nothing is left to mend: ops.attention does not show it any more.';
comment on column ops.acknowledgements.what is 'As in ops.attention.';
comment on column ops.acknowledgements.id is 'As in ops.attention.';
comment on column ops.acknowledgements.seen is
  'The sentence that was there. What an audit found is shown again as soon as it says something else.';

-- sql/80-ops/20-attention/07-acknowledged_at.sql

create function ops.acknowledged_at(what text, id text) returns timestamptz
language sql stable
set search_path = ''
begin atomic
  select coalesce(
    (select a.acknowledged_at from ops.acknowledgements a where (a.what, a.id) = (acknowledged_at.what,
      acknowledged_at.id)),
    '-infinity'
  );
end;
comment on function ops.acknowledged_at(text, text) is
  'When a person acknowledged this line of ops.attention: for what may happen again. -infinity: never.';

-- sql/80-ops/20-attention/07-is_acknowledged.sql

create function ops.is_acknowledged(what text, id text) returns boolean
language sql stable
set search_path = ''
begin atomic
  select exists (
    select 1 from ops.acknowledgements a where a.what = is_acknowledged.what and a.id = is_acknowledged.id
  );
end;
comment on function ops.is_acknowledged(text, text) is 'Whether a person has acknowledged this line of ops.attention.';

-- sql/80-ops/20-attention/07-may_be_acknowledged.sql

create function ops.may_be_acknowledged(what text) returns boolean
language sql immutable parallel safe
set search_path = ''
return what in (
  'dispute lost', 'recap of no session', 'live event that is none of ours',
  -- Until the next one.
  'webhooks refused', 'webhooks not accepted', 'requests not served',
  -- What was sold and paid cannot be undone by a statement.
  'order and checkout differ in total', 'order and its items differ in total', 'order and checkout differ in items',
  'order and payment differ in amount', 'order of another checkout than its payment',
  'payment started for another checkout', 'refund of another payment', 'refund in another currency than its payment'
);
comment on function ops.may_be_acknowledged(text) is
  'Whether a line of ops.attention is about something that nobody can mend any more, by its what.';

-- sql/80-ops/20-attention/08-due_deliveries.sql

create view ops.due_deliveries with (security_invoker = on) as
  select count(*) as count, min(d.next_attempt_at) as since, outbox.courier_is_awake() as courier_is_awake
  from outbox.deliveries d
  where d.status = 'pending' and d.next_attempt_at <= now() and d.destination in (select outbox.due());
comment on view ops.due_deliveries is
  'One row: how many deliveries are due, since when the oldest, and whether a courier takes them. For ops.attention '
    'and '
  'ops.health.';

-- sql/80-ops/20-attention/09-incidents.sql

create table ops.incidents (
  id uuid primary key default ops.uuid7(),
  what text not null,
  about text not null,
  which text,
  why text,
  remedy text,
  severity ops.severity not null,
  since timestamptz,
  raised_at timestamptz not null default now(),
  alerted_at timestamptz,
  quiet boolean not null default false,
  resolved_at timestamptz,

  constraint an_incident_ends_after_it_began check (resolved_at >= raised_at)
);
create unique index an_incident_is_open_once on ops.incidents (what, about) where resolved_at is null;
create index incidents_by_end on ops.incidents (resolved_at);
alter table ops.incidents enable row level security;

comment on table ops.incidents is
  'Each line of ops.attention from when it was first seen until it was gone (ops.tell_attention), and whether somebody '
  'was alerted.';
comment on column ops.incidents.about is 'The id in ops.attention.';
comment on column ops.incidents.quiet is
  'The same thing was resolved within the cool-down before it: no alert, only the digest.';

-- sql/80-ops/20-attention/10-rules/attention_audit.sql

create view ops.attention_audit with (security_invoker = on) as
  select f.what, f.id, f.which, f.why, f.since, f.remedy
  from (select a.findings from ops.audits a order by a.id desc limit 1) latest,
    jsonb_to_recordset(latest.findings) as f (what text, id text, which text, why text, remedy text, since timestamptz)
  where not exists (
    select 1 from ops.acknowledgements a where (a.what, a.id, a.seen) = (f.what, f.id, f.why)
  )
  union all
  select 'audit overdue', 'audit', 'audit',
    'Whether all is consistent was not looked at for over 25 minutes; it should be every ten. Money or stock that does '
    'not add up is not seen meanwhile.', latest.at,
    ops.remedy('Schedules the jobs that pg_cron does not have, and looks now.',
      'select ops.schedule_jobs(), ops.audit_consistency()')
  from (
    -- Before the first one: since there is something to check.
    select coalesce((select a.finished_at from ops.audits a order by a.id desc limit 1),
      (select min(o.created_at) from public.orders o)) as at
  ) latest
  where latest.at < now() - interval '25 minutes';
comment on view ops.attention_audit is 'For ops.attention: what the last audit found, and that there was none.';

-- sql/80-ops/20-attention/10-rules/attention_calendar.sql

create view ops.attention_calendar with (security_invoker = on) as
  with entries as (
    select e.*, coalesce(s.title, a.title) as title, coalesce(s.starts_at, a.starts_at) as starts_at,
      coalesce(s.meet_link, a.meet_link) as meet_link,
      coalesce(s.ends_at, a.ends_at) > now() and coalesce(s.status::text, a.status::text)
        in ('scheduled', 'confirmed') as upcoming
    from calendar.entries e
    left join public.tutoring_sessions s on e.source = 'tutoring_session' and s.id = e.id
    left join public.appointments a on e.source = 'appointment' and a.id = e.id
    -- Only what is new to Google, or is to come there.
    where e.version > e.synced_version or e.synced_until > now()
  )
  select 'calendar not connected' as what, 'calendar' as id, 'Google Calendar' as which,
    format('%s %s sessions and appointments wait for it.', c.refused_reason, (select count(*) from outbox.deliveries d
      where d.destination = 'calendar' and d.status = 'pending')) as why,
    c.refused_at as since,
    ops.remedy(
      'First do what it says, then npm run deploy. This tries again at once; it goes when Google accepts a change.',
      'select outbox.resume(''calendar'')',
      'puts nothing into Google Calendar any more, and cancels what waits; what is there stays.',
      'select calendar.disconnect(reason => ''<why>'')'
    ) as remedy
  from calendar.settings c
  where c.refused_at is not null and (c.sessions or c.appointments)
  union all
  select 'calendar consent ends', 'calendar', 'Google Calendar',
    format('Google ends the consent of the calendar''s owner %s, because the OAuth app is in testing. Then sessions '
      'get no Meet link.', ops.iso_utc(c.token_expires_at)),
    least(c.token_expires_at - interval '7 days', now()),
    ops.remedy(
      'Publish the app (Google Cloud console > APIs & Services > OAuth consent screen > Publish app), then npm run '
      'google-login and npm run deploy. This goes with the next access token.', null
    )
  from calendar.settings c
  where c.token_expires_at is not null and c.refused_at is null and (c.sessions or c.appointments)
  union all
  select 'session without a link', e.id::text, e.title || ' ' || ops.iso_utc(e.starts_at), e.problem, e.updated_at,
    ops.remedy(
      'Asks Google again, after what it says was done. This goes when there is a link.',
      format('select calendar.sync(%L)', e.id),
      'takes a link that was made elsewhere.',
      format('update public.%I set meet_link = ''<link>'' where id = %L', case e.source when 'appointment'
        then 'appointments' else 'tutoring_sessions' end, e.id)
    )
  from entries e
  where e.problem is not null and e.upcoming and e.meet_link is null
  union all
  select 'calendar invitation incomplete', e.id::text, e.title || ' ' || ops.iso_utc(e.starts_at),
    format('No usable e-mail address of the %s is known, so Google invites nobody there.',
      array_to_string(e.left_out, ' and the ')),
    e.updated_at,
    ops.remedy(
      'Says who it is; the invitation follows by itself.',
      case
        when e.source = 'tutoring_session' then
          format('update public.tutoring_sessions set %I = ''<address>'' where id = %L', e.left_out[1] || '_email',
            e.id)
        when 'student' = any (e.left_out) then
          format('update public.appointments set email = ''<address>'' where id = %L', e.id)
        else format('update public.appointments set instructor_user_id = ''<id of the account>'' where id = %L', e.id)
      end
    )
  from entries e
  where e.left_out <> '{}' and e.upcoming
  union all
  select 'session not in the calendar', e.id::text, coalesce(e.title, e.source) || coalesce(' ' ||
    ops.iso_utc(e.starts_at), ''),
    'Google Calendar does not have its latest change, and no delivery will bring it there.', e.updated_at,
    ops.remedy('Brings it there.', format('select calendar.sync(%L)', e.id))
  from entries e
  where e.version > e.synced_version and e.updated_at < now() - interval '10 minutes'
    and (e.upcoming or e.synced_until > now())
    and not exists (
      select 1 from outbox.deliveries d
      where d.destination = 'calendar' and d.record_key = 'entries/' || e.id
        and d.status in ('pending', 'sending', 'dead')
    );
comment on view ops.attention_calendar is
  'For ops.attention: Google refuses our credentials, or will; a session without a link, without an invitation, or '
  'not in the calendar as it is.';

-- sql/80-ops/20-attention/10-rules/attention_deliveries.sql

create view ops.attention_deliveries with (security_invoker = on) as
  select 'delivery dead' as what, d.id::text as id, m.type || ' to ' || d.destination as which,
    format('%s. It is not sent any more, and %s does not know of it.', rtrim(coalesce(d.last_error,
      'It was given up'), '.'),
      d.destination) as why,
    d.settled_at as since,
    ops.remedy(
      'Sends it again, after its cause was mended. If it fails again, it comes back here.',
      format('select outbox.retry(%s)', d.id),
      'gives it up for good: its receiver need not have it.',
      format('select outbox.cancel(%s, reason => ''<why>'')', d.id)
    ) as remedy
  from outbox.deliveries d join outbox.messages m on m.id = d.message_id where d.status = 'dead'
  union all
  select 'work failed at the receiver', d.id::text, m.type || ' to ' || d.destination,
    format('%s has the message, and reports that its work failed: %s.', d.destination, rtrim(d.processing_error, '.')),
    coalesce(d.settled_at, d.created_at),
    ops.remedy(
      'Sends it again as a copy, after the receiver was mended; the copy is watched in place of this one.',
      format(
        'select outbox.replay(%L, %L, ''the work failed there''), outbox.acknowledge(%s, outbox.receipt_signature(%s))',
        d.destination, jsonb_build_object('message_ids', jsonb_build_array(d.message_id)), d.id, d.id
      ),
      'notes that the work was done by hand.',
      format('select outbox.mark_processed(%s, reason => ''<why>'')', d.id)
    )
  from outbox.deliveries d join outbox.messages m on m.id = d.message_id
  where d.processing_error is not null and d.processed_at is null
  union all
  select 'receipt overdue', d.id::text, m.type || ' to ' || d.destination,
    format('It was delivered, but %s has not reported that the work is done. Look there whether it was.',
      d.destination),
    d.receipt_due_at,
    ops.remedy(
      'Notes that the work was done, as was seen at the receiver.',
      format('select outbox.mark_processed(%s, reason => ''<why>'')', d.id),
      'sends it again as a copy, when the receiver lost it; the copy is watched in place of this one.',
      format(
        'select outbox.replay(%L, %L, ''<why>''), outbox.acknowledge(%s, outbox.receipt_signature(%s))',
        d.destination, jsonb_build_object('message_ids', jsonb_build_array(d.message_id)), d.id, d.id
      )
    )
  from outbox.deliveries d join outbox.messages m on m.id = d.message_id
  where d.receipt_due_at < now() and d.processed_at is null and d.processing_error is null;
comment on view ops.attention_deliveries is
  'For ops.attention: messages that were given up, and those whose work is not done at their receiver.';

-- sql/80-ops/20-attention/10-rules/attention_disputes.sql

create view ops.attention_disputes with (security_invoker = on) as
  select
    case when d.status = 'lost' then 'dispute lost' else 'dispute to answer' end as what, d.id::text as id,
    d.provider || ' ' || d.provider_ref as which,
    case
      when d.status = 'lost' then format(
        'The buyer has %s back. Decide about what they bought: order %s.', ops.money(d.amount_minor, d.currency),
        coalesce(o.number::text, '(none)')
      )
      else format(
        'A buyer disputes %s (%s). Unanswered it is lost%s.', ops.money(d.amount_minor, d.currency),
        coalesce(d.reason, 'no reason given'), coalesce(' after ' || ops.iso_utc(d.evidence_due_at), '')
      )
    end as why,
    d.updated_at as since,
    case
      when d.status = 'lost' then ops.remedy(
        'Notes what was decided. It changes nothing about the order; do that first.',
        format('select ops.acknowledge(''dispute lost'', %L, ''<why>'')', d.id),
        'first stops a parcel that was not sent yet.',
        case when o.id is not null then format('update public.fulfillments set status = ''cancelled'' where order_id '
          '= %L '
          'and status in (''pending'', ''packed'')', o.id) end
      )
      else ops.remedy(
        format('First answer it in the dashboard of %s, whose webhook closes it here. This fetches that, if it did not '
          'arrive.', d.provider), format('select inbox.reconcile(%L)', d.provider)
      )
    end as remedy
  from public.disputes d
  join public.payments p on p.id = d.payment_id
  left join public.orders o on o.id = commerce.order_of(p)
  where d.status in ('needs_response', 'lost')
    and not (d.status = 'lost' and ops.is_acknowledged('dispute lost', d.id::text));
comment on view ops.attention_disputes is
  'For ops.attention: disputes that wait for evidence, and lost ones that nobody has acknowledged.';

-- sql/80-ops/20-attention/10-rules/attention_events.sql

create view ops.attention_events with (security_invoker = on) as
  select 'event failed' as what, e.id::text as id, e.provider || ' ' || e.type as which,
    format(
      'It could not be applied: %s. Until it is, what it reports is not done here. %s', rtrim(e.error, '.'),
      case e.status when 'dead' then 'It is not tried again.' else 'It is tried again by itself.' end
    ) as why,
    e.received_at as since,
    ops.remedy(
      'Applies it again, after its cause was mended. If it fails again, it stays here.',
      format('select inbox.retry(%L)', e.id),
      'closes it and applies nothing of it, when it means nothing here.',
      format('select inbox.ignore(%L, reason => ''<why>'')', e.id)
    ) as remedy
  from inbox.events e where e.status in ('failed', 'dead')
  union all
  select case when e.received_at < now() - interval '1 hour' then 'event parked for over an hour' else 'event parked'
    end,
    e.id::text, e.provider || ' ' || e.type,
    format('It waits for %s, which has not arrived: %s. Until it does, what it reports is not done here.',
      e.waiting_for, rtrim(e.error, '.')),
    e.received_at,
    case when p.reconcile then ops.remedy(
      format('Asks %s for what has not arrived; this is applied as soon as that is here.', e.provider),
      format('select inbox.reconcile(%L)', e.provider),
      'tries it again at once, when what it waits for is here after all.', format('select inbox.retry(%L)', e.id),
      'closes it and applies nothing of it, when what it waits for is not of this project.',
      format('select inbox.ignore(%L, reason => ''<why>'')', e.id)
    ) else ops.remedy(
      format('Tries it again. First have %s send what it waits for.', e.provider),
      format('select inbox.retry(%L)', e.id),
      'closes it and applies nothing of it, when what it waits for is not of this project.',
      format('select inbox.ignore(%L, reason => ''<why>'')', e.id)
    ) end
  from inbox.events e
  left join inbox.providers p on p.name = e.provider
  -- Events of one purchase overtake each other by seconds.
  where e.status = 'parked' and e.received_at < now() - interval '10 seconds'
  union all
  select case
      when e.next_attempt_at is null or e.received_at < now() - interval '1 hour' then 'event never confirmed'
      else 'event unconfirmed'
    end,
    e.id::text, e.provider || ' ' || e.type,
    format('%s. Until then nothing of it is done here: if it reports a payment, the buyer waits.',
      coalesce(rtrim(e.error, '.'), 'Its provider has not confirmed it')),
    e.received_at,
    ops.remedy(
      format('Asks %s about it again. First see in the log of the function dispatch why it does not answer: often its '
        'API key is not set here, or is of another mode.', e.provider),
      format('select inbox.retry(%L)', e.id)
    )
  from inbox.events e
  where e.trust = 'unconfirmed' and e.status = 'ignored'
    and (e.next_attempt_at is null or e.received_at < now() - interval '10 seconds')
  union all
  select 'live event that is none of ours', e.id::text, e.provider || ' ' || e.type,
    format('%s. It is kept, and nothing of it is done here.', rtrim(e.not_ours, '.')), e.received_at,
    ops.remedy(
      'Notes that it is of another project, or a test. Another one is shown again.',
      format('select ops.acknowledge(''live event that is none of ours'', %L, ''<why>'')', e.id),
      'applies it all the same, as one of ours.', format('select inbox.retry(%L)', e.id)
    )
  from inbox.events e
  where e.not_ours is not null and e.livemode and e.account is null and e.received_at > now() - interval '14 days'
    and not ops.is_acknowledged('live event that is none of ours', e.id::text);
comment on view ops.attention_events is
  'For ops.attention: webhooks that could not be applied, wait for another, or are not confirmed by their provider.';

-- sql/80-ops/20-attention/10-rules/attention_failing_destinations.sql

create view ops.attention_failing_destinations with (security_invoker = on) as
  select
    case when w.unsent then 'destination not configured' else 'destination failing' end as what, w.destination as id,
    w.destination as which,
    format(
      case
        when w.unsent then '%s messages wait for %s, the oldest since %s, and none is sent: %s'
        else '%s messages did not reach %s, the oldest of %s; they are tried again by the schedule: %s'
      end, w.count, w.destination, ops.iso_utc(w.since), w.last_error
    ) as why,
    w.since,
    case
      when w.unsent then ops.remedy(
        'Tries again at once, after what is missing was set with npm run deploy. This goes when they have arrived.',
        format('select outbox.resume(%L)', w.destination),
        'switches its routes off and cancels what waits: nobody is to have it.',
        format('select outbox.disconnect(%L, reason => ''<why>'')', w.destination)
      )
      else ops.remedy(
        'Tries again at once, after the receiver was mended. This goes when they have arrived.',
        format(
          'select outbox.resume(%1$L), outbox.retry(d.id) from outbox.deliveries d where d.destination = %1$L and '
          'd.status = ''pending'' and d.last_error is not null', w.destination
        ),
        'gives them up: their receiver need not have them.',
        format(
          'select outbox.cancel(d.id, reason => ''<why>'') from outbox.deliveries d where d.destination = %L and '
          'd.status = ''pending'' and d.last_error is not null', w.destination
        )
      )
    end as remedy
  from (
    select d.destination, d.attempts = d.attempts_before as unsent, count(*) as count, min(d.created_at) as since,
      (array_agg(d.last_error order by d.id desc))[1] as last_error
    from outbox.deliveries d
    join outbox.destinations t on t.name = d.destination
    where d.status = 'pending' and d.last_error is not null and t.paused_at is null
      -- What is tried again within seconds may still arrive.
      and d.created_at < now() - interval '10 seconds'
      -- Of Google Calendar, ops.attention_calendar says what is missing.
      and not (t.adapter = 'calendar' and d.attempts = d.attempts_before)
    group by d.destination, d.attempts = d.attempts_before
  ) w;
comment on view ops.attention_failing_destinations is
  'For ops.attention: destinations that did not take a message, or to which none can be sent, before their breaker '
  'opens and their deliveries are dead.';

-- sql/80-ops/20-attention/10-rules/attention_held_destinations.sql

create view ops.attention_held_destinations with (security_invoker = on) as
  select 'destination paused' as what, t.name as id, t.name as which,
    format('%s. Nothing is sent to %s; %s messages wait.', rtrim(t.paused_reason, '.'), t.name, waiting.count) as why,
    t.paused_at as since,
    ops.remedy(
      'Goes on sending, with what waits first. First mend what it was paused for.',
      format('select outbox.resume(%L)', t.name),
      'switches its routes off and cancels what waits: nobody is to have it.',
      format('select outbox.disconnect(%L, reason => ''<why>'')', t.name)
    ) as remedy
  from outbox.destinations t
  cross join lateral (
    select count(*) as count, min(d.created_at) as since from outbox.deliveries d
    where d.destination = t.name and d.status = 'pending'
  ) waiting
  where t.paused_at is not null
  union all
  select 'destination held', t.name, t.name,
    format('%s Nothing is sent to %s until %s; then it is tried again by itself.', t.held_reason, t.name,
      ops.iso_utc(t.held_until)),
    least(coalesce(t.opened_at, waiting.since, now()), now()),
    ops.remedy('Tries it at once; otherwise it is tried by itself.', format('select outbox.resume(%L)', t.name))
  from outbox.destinations t
  cross join lateral (
    select min(d.created_at) as since from outbox.deliveries d
    where d.destination = t.name and d.status = 'pending' and d.last_error is not null
  ) waiting
  where t.held_until > now();
comment on view ops.attention_held_destinations is
  'For ops.attention: destinations to which nothing is sent, by a person''s word or until a time.';

-- sql/80-ops/20-attention/10-rules/attention_jobs.sql

create view ops.attention_jobs with (security_invoker = on) as
  select 'job not running' as what, p.name as id, p.name as which,
    format('Cron job "%s": %s. %s', p.name, rtrim(p.problem, '.'), j.purpose) as why, p.since,
    case
      when c.mended_by_scheduling then ops.remedy(
        'Schedules every job that pg_cron does not have, has switched off, or has otherwise.',
          'select ops.schedule_jobs()'
      )
      else ops.remedy(
        'Does its work once, and shows the error if it fails. This goes when pg_cron itself has run it: if it does '
          'not, '
        'restart the project in Supabase''s dashboard.', j.command
      )
    end as remedy
  from ops.job_problems() p
  join ops.jobs j on j.name = p.name
  cross join lateral (
    select not exists (
      select 1 from cron.job c
      where c.jobname = j.name and c.active and (c.schedule, c.command) = (j.schedule, j.command)
    ) as mended_by_scheduling
  ) c;
comment on view ops.attention_jobs is 'For ops.attention: jobs of ops.jobs that pg_cron does not run as it should.';

-- sql/80-ops/20-attention/10-rules/attention_missing_secrets.sql

create view ops.attention_missing_secrets with (security_invoker = on) as
  select 'secret missing in Vault' as what, s.name as id, s.name as which,
    format('Vault has no secret "%s". %s', s.name, s.costs) as why,
    coalesce((
      select min(i.raised_at) from ops.incidents i
      where i.what = 'secret missing in Vault' and i.about = s.name and i.resolved_at is null
    ), now()) as since,
    ops.remedy(
      'Makes a new one. ' || s.renewed,
      format('select vault.create_secret(encode(extensions.gen_random_bytes(32), ''hex''), %L)', s.name)
    ) as remedy
  from (values
    ('signalbox_doorbell', 'The courier cannot be woken: messages are sent only after the next webhook.',
      'It is used at once.'),
    ('signalbox_receipts', 'Receivers cannot report that their work is done.',
      'Links for receipts in messages that were sent before do not work any more.'),
    ('signalbox_replies', 'Replies to tickets by e-mail cannot be matched.',
      'Replies to e-mails that were sent before are not matched.'),
    ('signalbox_checkouts', 'Guests cannot check out.', 'Guests with an open checkout cannot see it any more.')
  ) s (name, costs, renewed)
  where not exists (select 1 from vault.secrets v where v.name = s.name);
comment on view ops.attention_missing_secrets is
  'For ops.attention: secrets that the migrations made in Vault, and that are gone.';

-- sql/80-ops/20-attention/10-rules/attention_new_shapes.sql

create view ops.attention_new_shapes with (security_invoker = on) as
  select 'webhooks of a new shape' as what, h.id::text as id,
    concat_ws(' ', h.provider, h.type, nullif(h.version, '')) as which, array_to_string(h.changes, '; ') as why,
    h.first_seen as since,
    ops.remedy(
      format('Notes that functions/_shared/providers/%s reads it rightly, as was compared with what changed.',
        h.provider),
      format('select inbox.accept_shape(%L, reason => ''<why>'')', h.id)
    ) as remedy
  from inbox.shapes h
  where h.changes <> '{}' and h.accepted_at is null
    -- A field that is missing in one and present in the next is optional.
    and not (h.only_gone and exists (
      select 1 from inbox.shapes o
      where o.provider = h.provider and o.type = h.type and o.version = h.version and o.id <> h.id
        and o.last_seen > h.first_seen
    ));
comment on view ops.attention_new_shapes is
  'For ops.attention: webhooks with fields that were not there, or were otherwise, before.';

-- sql/80-ops/20-attention/10-rules/attention_no_courier.sql

create view ops.attention_no_courier with (security_invoker = on) as
  select 'nothing is sent' as what, 'courier' as id, 'courier' as which,
    format(
      '%s deliveries are due, the oldest since %s, and no courier is at work: nobody gets a message. %s', w.count,
      ops.iso_utc(w.since),
      case
        when s.functions_url is null then 'The database does not know where the functions are.'
        else 'pg_net, pg_cron or the function dispatch does not work.'
      end
    ) as why,
    w.since,
    case
      when s.functions_url is null then ops.remedy(
        'Tells the database where the functions are (fill in the project''s reference): what is due is sent at once.',
        'select outbox.set_functions_url(''https://<project ref>.supabase.co/functions/v1'')'
      )
      else ops.remedy(
        'Calls a courier once more. If none comes, look at the log of the function dispatch, and at '
          'net._http_response.',
        'select outbox.ring()'
      )
    end as remedy
  from ops.due_deliveries w
  cross join outbox.settings s
  -- A courier comes within seconds.
  where w.since < now() - interval '30 seconds' and not w.courier_is_awake;
comment on view ops.attention_no_courier is 'For ops.attention: deliveries are due, and no courier takes them.';

-- sql/80-ops/20-attention/10-rules/attention_orders.sql

create view ops.attention_orders with (security_invoker = on) as
  select 'order needs attention' as what, o.id::text as id, 'order ' || o.number as which,
    format('%s The buyer paid %s and waits.', rtrim(o.attention_reason), ops.money(o.total_minor, o.currency)) as why,
    o.created_at as since,
    ops.remedy(
      'Takes what is in stock (or free) by now, and confirms the order. Refused while there is none: raise '
      'products.stock, or the cohort''s capacity, first.',
      format('select commerce.settle_order(%L)', o.id),
      'confirms it without taking stock: the buyer gets it another way, and was told.',
      format('select commerce.settle_order(%L, without_stock => true, reason => ''<why>'')', o.id),
      refund.does, refund.statement
    ) as remedy
  from public.orders o
  join public.payments p on p.id = o.payment_id
  cross join ops.refund_statement(p) refund
  where o.status = 'needs_attention';
comment on view ops.attention_orders is 'For ops.attention: orders that were paid and cannot be fulfilled.';

-- sql/80-ops/20-attention/10-rules/attention_parcels.sql

create view ops.attention_parcels with (security_invoker = on) as
  select 'parcel without an address' as what, f.id::text as id, 'order ' || o.number as which,
    format(
      'The provider''s page was to ask where to send it, and no address arrived. The buyer%s paid %s and waits.',
      coalesce(' ' || o.email, ''), ops.money(o.total_minor, o.currency)
    ) as why,
    f.created_at + interval '10 minutes' as since,
    ops.remedy(
      'Enters the address that the buyer named when asked. Refused until each <…> is replaced.',
      'update public.fulfillments set recipient_name = ''<name>'', shipping_address = jsonb_build_object('
        '''line1'', ''<street>'', ''line2'', null, ''city'', ''<city>'', ''region'', null, ''postal_code'', '
        || format('''<code>'', ''country'', ''<DE>'') where id = %L', f.id),
      refund.does, refund.statement
    ) as remedy
  from public.fulfillments f
  join public.orders o on o.id = f.order_id
  join public.checkout_sessions s on s.id = o.checkout_session_id
  join public.payments p on p.id = o.payment_id
  cross join ops.refund_statement(p) refund
  -- Some providers report the address a moment after the money.
  where f.status in ('pending', 'packed') and f.shipping_address is null and s.shipping_countries is not null
    and f.created_at < now() - interval '10 minutes';
comment on view ops.attention_parcels is 'For ops.attention: parcels that go nowhere, for no address was told.';

-- sql/80-ops/20-attention/10-rules/attention_payments.sql

create view ops.attention_payments with (security_invoker = on) as
  select 'payment needs review' as what, p.id::text as id, p.provider || ' ' || p.provider_ref as which, r.reason as
    why,
    p.created_at as since,
    case when s.id is not null and s.status <> 'payment_completed' then ops.remedy(
      format('Accepts %s for the checkout of %s: its order is made, and everything in it is due to the buyer.',
        ops.money(commerce.captured_in_parts(p), p.currency), ops.money(s.total_minor, s.currency)),
      format('select commerce.accept_payment(%L, reason => ''<why>'')', p.id),
      refund.does, refund.statement,
      'keeps the money, and makes no order: it pays for something else.',
      format('select commerce.close_review(%L, reason => ''<why>'')', p.id)
    ) else ops.remedy(
      refund.does_first, refund.statement,
      'keeps the money, and makes no order: what it is for is known.',
      format('select commerce.close_review(%L, reason => ''<why>'')', p.id)
    ) end as remedy
  from public.payments p
  left join public.checkout_sessions s on s.id = p.checkout_session_id
  -- Checked now: another payment may have made the order since.
  cross join lateral (select coalesce(commerce.review_reason(p, s), p.review_reason) as reason) r
  cross join ops.refund_statement(p) refund
  where p.needs_review
  union all
  select 'checkout paid in part', s.id::text, 'checkout of ' || s.email,
    format(
      'Captured are %s of %s, and no further part was received for an hour: the buyer has paid, and gets nothing. '
      'Capture the rest at %s, or decide.', ops.money(commerce.captured_in_parts(p), p.currency),
      ops.money(s.total_minor, s.currency), p.provider
    ),
    p.updated_at,
    ops.remedy(
      format('Accepts %s for the checkout of %s: its order is made, and everything in it is due to the buyer.',
        ops.money(commerce.captured_in_parts(p), p.currency), ops.money(s.total_minor, s.currency)),
      format('select commerce.accept_payment(%L, reason => ''<why>'')', p.id),
      refund.does, refund.statement
    )
  from public.payments p
  join public.checkout_sessions s on s.id = p.checkout_session_id
  cross join ops.refund_statement(p) refund
  where p.part_of is not null and p.captured_at is not null and p.status <> 'refunded'
    and not p.needs_review and p.reviewed_at is null
    and s.status <> 'payment_completed' and p.updated_at < now() - interval '1 hour'
    -- The first of its parts stands for all.
    and not exists (select 1 from commerce.parts_of(p) o where o.id < p.id);
comment on view ops.attention_payments is
  'For ops.attention: money that was captured, and about which a person must decide.';

-- sql/80-ops/20-attention/10-rules/attention_reconciler.sql

create view ops.attention_reconciler with (security_invoker = on) as
  select case
      when r.started_at < now() - interval '1 hour' then 'reconciliation incomplete for over an hour'
      else 'reconciliation failing'
    end as what, r.id::text as id, r.provider as which,
    format('%s. Webhooks of %s that do not arrive are not found meanwhile.',
      coalesce(rtrim(r.remark, '.'), 'It has not ended'), r.provider) as why,
    r.started_at as since,
    ops.remedy(
      format('Asks %s again. First mend what the sentence names: an API key is set with npm run deploy.', r.provider),
      format('select inbox.reconcile(%L)', r.provider)
    ) as remedy
  from inbox.reconciliations r
  where r.completed_at is null and (r.remark is not null or r.started_at < now() - interval '1 hour')
    and not exists (
      select 1 from inbox.reconciliations later
      where later.provider = r.provider and (later.completed_at > r.started_at
        or (later.id > r.id and later.completed_at is null and later.remark is not null))
    )
  union all
  select 'provider cannot be asked', p.name, p.name,
    format('%s. It sends webhooks here, and those that do not arrive are not found.', rtrim(r.remark, '.')),
      r.started_at,
    ops.remedy(
      'Asks it again, after what is missing was set with npm run deploy.', format('select inbox.reconcile(%L)', p.name),
      'does not ask this provider any more; webhooks of it that do not arrive are lost.',
      format('update inbox.providers set reconcile = false where name = %L', p.name)
    )
  from inbox.providers p
  cross join lateral (
    select q.remark, q.started_at from inbox.reconciliations q
    where q.provider = p.name and q.completed_at is not null order by q.started_at desc limit 1
  ) r
  where p.reconcile and r.remark is not null
    and exists (select 1 from inbox.events e where e.provider = p.name and e.received_at > now() - interval '30 days');
comment on view ops.attention_reconciler is
  'For ops.attention: runs of the reconciler that do not come to their end, and providers that cannot be asked.';

-- sql/80-ops/20-attention/10-rules/attention_refunds.sql

create view ops.attention_refunds with (security_invoker = on) as
  select 'refund refused' as what, q.id::text as id, p.provider || ' ' || p.provider_ref as which,
    format('%s. The buyer has not got %s back.', rtrim(q.error, '.'), ops.money(q.amount_minor, q.currency)) as why,
    q.updated_at as since,
    ops.remedy(
      format('Asks %s for it again, after its cause was mended. If it is refused again, it comes back here.',
        p.provider),
      format('select commerce.request_refund(%L, %s, reason => ''<why>'')', p.id, q.amount_minor),
      'records that it was paid back by hand, after that was done.',
      format('select commerce.record_refund(%L, %s, ''<transfer id>'', reason => ''<why>'')', p.id, q.amount_minor),
      'withdraws it: the money stays.',
      format('select commerce.dismiss_refund(%L, reason => ''<why>'')', q.id)
    ) as remedy
  from public.refund_requests q join public.payments p on p.id = q.payment_id
  where q.status = 'refused' and p.status <> 'refunded'
    and not exists (select 1 from public.refund_requests later where later.payment_id = q.payment_id
      and later.created_at > q.created_at and later.status <> 'refused')
    and not exists (select 1 from public.refunds r where r.payment_id = q.payment_id and r.created_at > q.updated_at
      and r.status in ('pending', 'succeeded'));
comment on view ops.attention_refunds is 'For ops.attention: refunds that a provider refused.';

-- sql/80-ops/20-attention/10-rules/attention_refused_webhooks.sql

create view ops.attention_refused_webhooks with (security_invoker = on) as
  select 'webhooks refused' as what, j.provider as id, j.provider as which,
    format(
      '%s webhooks of %s were refused since %s, and none was accepted: %s. %s What it reports (payments, too) is not '
      'seen here.', j.count, j.provider, ops.iso_utc(j.since), j.reasons,
      case
        when j.unset then 'Its secret is not set here, or not usable.'
        else 'The secret here is not the one that it signs with; or somebody else sends.'
      end
    ) as why,
    j.since,
    ops.remedy(
      format(
        'First set %s, as the dashboard of %s shows it, with npm run deploy. %s This goes with the next webhook that '
          'is '
        'accepted.',
        case j.provider
          when 'paypal' then 'PAYPAL_WEBHOOK_ID (and PAYPAL_VERIFY, PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET)'
          else upper(j.provider) || '_WEBHOOK_SECRET'
        end, j.provider,
        case when p.reconcile then 'Then this fetches what was missed.' else
          'Then have it send again what was missed.' end
      ),
      case when p.reconcile then format('select inbox.reconcile(%L)', j.provider) end,
      'notes that they were not of ' || j.provider || '. The next one that is refused is shown again.',
      format('select ops.acknowledge(''webhooks refused'', %L, ''<why>'')', j.provider)
    ) as remedy
  from (
    select r.provider, sum(r.count) as count, min(r.minute) as since,
      string_agg(distinct r.reason, ', ' order by r.reason) as reasons,
      bool_or(r.reason in ('secret_not_configured', 'secret_not_usable', 'verify_mode_unknown')) as unset
    from inbox.rejections r
    where r.last_at > greatest(now() - interval '3 days', ops.acknowledged_at('webhooks refused', r.provider))
      and r.reason in (
        'signature_wrong', 'signature_missing', 'signature_malformed', 'secret_missing', 'secret_wrong',
        'secret_not_configured', 'secret_not_usable', 'verify_mode_unknown', 'algorithm_not_supported',
        'certificate_not_trusted', 'event_unknown', 'transaction_unknown', 'timestamp_too_old', 'timestamp_in_future'
      )
      -- One that was accepted since says that the secret is right. What the reconciler fetched says nothing of it: it
      -- is confirmed, and has no confirmation of its own.
      and r.last_at > coalesce(
        (
          select max(e.received_at) from inbox.events e
          where e.provider = r.provider and (e.trust = 'signed' or e.confirmation is not null)
        ), '-infinity'
      )
    group by r.provider
  ) j
  left join inbox.providers p on p.name = j.provider
  -- Without a secret each is lost to us; a few with a wrong signature may be anybody's.
  where j.unset or j.count >= 5
  union all
  select 'webhooks not accepted', j.provider, j.provider,
    format(
      '%s webhooks of %s since %s were genuine and could not be taken: %s. What they say is not done here. '
      'docs/errors.md says what each code means; for try_again the log of the function says why.', j.count,
        j.provider, ops.iso_utc(j.since), j.reasons
    ),
    j.since,
    ops.remedy(
      format('Notes that what %s sends was mended: it is not sent again by itself. The next one is shown again.',
        j.provider),
      format('select ops.acknowledge(''webhooks not accepted'', %L, ''<why>'')', j.provider)
    )
  from (
    select r.provider, sum(r.count) as count, min(r.minute) as since,
      string_agg(distinct r.reason, ', ' order by r.reason) as reasons
    from inbox.rejections r
    where r.last_at > greatest(now() - interval '3 days', ops.acknowledged_at('webhooks not accepted', r.provider))
      and r.reason in ('body_not_json', 'body_too_large', 'type_missing', 'id_missing', 'not_taken_from_make',
        'too_many_products', 'try_again')
    group by r.provider
  ) j;
comment on view ops.attention_refused_webhooks is
  'For ops.attention: providers whose webhooks are refused, none of them having been accepted since; and genuine ones '
  'that could not be taken.';

-- sql/80-ops/20-attention/10-rules/attention_routes.sql

create view ops.attention_routes with (security_invoker = on) as
  select 'route makes no message' as what, r.id::text as id, r.message_type || ' to ' || r.destination as which,
    format('%s Until it is mended, %s is not told.', r.why, r.destination) as why,
    coalesce((
      select min(i.raised_at) from ops.incidents i
      where i.what = 'route makes no message' and i.about = r.id::text and i.resolved_at is null
    ), now()) as since,
    case
      when switched_off.trigger is not null then ops.remedy(
        'Switches the trigger on again. What changed meanwhile is not told.',
        format('alter table %s enable trigger %I', o.table_name, switched_off.trigger),
        'ends the route.', format('select outbox.disable_route(%s, reason => ''<why>'')', r.id)
      )
      else ops.remedy(
        'Ends the route: its destination gets no such messages.',
        format('select outbox.disable_route(%s, reason => ''<why>'')', r.id),
        'names the table, and the column or null, that are there now (fill both in).',
        format('update outbox.routes set table_name = ''<schema.table>'', when_column = null where id = %s', r.id)
      )
    end as remedy
  from outbox.dead_routes() r
  join outbox.routes o on o.id = r.id
  left join lateral (
    select t.tgname::text collate "default" as trigger from pg_catalog.pg_trigger t
    where t.tgrelid = to_regclass(o.table_name) and t.tgfoid = 'outbox.capture_change()'::regprocedure
      and t.tgenabled = 'D'
    limit 1
  ) switched_off on true;
comment on view ops.attention_routes is 'For ops.attention: routes that cannot write a message.';

-- sql/80-ops/20-attention/10-rules/attention_undecided_events.sql

create view ops.attention_undecided_events with (security_invoker = on) as
  select 'order of events undecided' as what, l.provider || '/' || l.thing as id,
    l.provider || ' ' || replace(l.thing, '/', ' ') as which,
    format(
      '%s events of %s say different things of it, and not which of them is the later. %s. What stands here may be the '
      'older: compare it with %s''s own pages.', jsonb_array_length(l.facts), ops.iso_utc(l.moment),
      coalesce(
        (select format('The provider was asked %s times, and has not said', i.times) from inbox.inquiries i
        where i.provider = l.provider and i.ref = substr(l.thing, strpos(l.thing, '/') + 1)),
        'The provider could not be asked'
      ), l.provider
    ) as why,
    l.updated_at as since,
    ops.remedy(
      format('Keeps what stands here, as %s''s own pages say it too, until the next event about it.', l.provider),
      format('select inbox.accept_latest(%L, %L, reason => ''<why>'')', l.provider, l.thing),
      'asks the provider once more for what happened.', format('select inbox.reconcile(%L)', l.provider)
    ) as remedy
  from inbox.latest_facts l
  where l.undecided and l.updated_at < now() - interval '1 hour';
comment on view ops.attention_undecided_events is
  'For ops.attention: events of one moment that contradict each other, where the provider did not say which is later.';

-- sql/80-ops/20-attention/10-rules/attention_unmatched_recaps.sql

create view ops.attention_unmatched_recaps with (security_invoker = on) as
  select 'recap of no session' as what, r.id::text as id, r.title as which,
    format(
      'The recording of %s with %s matches no tutoring session, so neither tutor nor student has its recap.',
      ops.iso_utc(r.started_at), coalesce(nullif(array_to_string(r.emails, ', '), ''), 'nobody who is named')
    ) as why,
    r.created_at as since,
    ops.remedy(
      'Says which session it is of: tutor and student get the recap. (Adding the missing session finds it by itself.)',
      format('select tutoring.match_recap(%L, ''<id of the session>'')', r.id),
      'notes that it is of no session.',
      format('select ops.acknowledge(''recap of no session'', %L, ''<why>'')', r.id)
    ) as remedy
  from public.session_recaps r
  where r.tutoring_session_id is null and not ops.is_acknowledged('recap of no session', r.id::text);
comment on view ops.attention_unmatched_recaps is 'For ops.attention: recordings that belong to no session.';

-- sql/80-ops/20-attention/10-rules/attention_unserved_requests.sql

create view ops.attention_unserved_requests with (security_invoker = on) as
  select 'requests not served' as what, f.id, f.endpoint || ' ' || f.code as which,
    format('%s requests to %s were answered "%s" since %s: %s Buyers cannot go on.', f.count, f.endpoint, f.code,
      ops.iso_utc(f.since), f.message) as why,
    f.since,
    ops.remedy(
      case f.code
        when 'not_configured' then 'Set what is missing with npm run deploy.'
        else format('The log of the function %s says what went wrong; mend that. Often it is an API key.', f.endpoint)
      end || case f.endpoint
        when 'checkout' then ' This goes with the next checkout that works.'
        else ' This goes an hour after the last failure.'
      end,
      null,
      'notes that it was mended, or why it may stay so. The next failure is shown again.',
      format('select ops.acknowledge(''requests not served'', %L, ''<why>'')', f.id)
    ) as remedy
  from (
    select x.endpoint, x.code, x.message, x.id, sum(x.count) as count, min(x.minute) as since, max(x.last_at) as last_at
    from (
      select e.*, concat_ws(' ', e.endpoint, e.code, left(md5(e.message), 8)) as id from ops.endpoint_failures e
      where e.last_at > now() - case e.endpoint when 'checkout' then interval '1 day' else interval '1 hour' end
    ) x
    where x.last_at > ops.acknowledged_at('requests not served', x.id)
    group by x.endpoint, x.code, x.message, x.id
  ) f
  -- What passes by itself is shown when it does not.
  where (f.count >= 3 or f.message not like '%does not answer right now%')
    -- A payment that was begun since (where the message names a provider: there) says that it was mended.
    and not exists (
      select 1 from public.started_payments s
      where f.endpoint = 'checkout' and s.created_at > f.last_at
        and (strpos(f.message, s.provider) > 0
          or not exists (select 1 from inbox.providers p where strpos(f.message, p.name) > 0))
    );
comment on view ops.attention_unserved_requests is
  'For ops.attention: buyers'' requests that failed by our fault, and none of them has worked since.';

-- sql/80-ops/20-attention/acknowledge.sql

create function ops.acknowledge(what text, id text, reason text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_seen text;
begin
  if not ops.may_be_acknowledged(acknowledge.what) then
    raise exception '"%" goes away when its cause is mended', acknowledge.what
      using errcode = '22023', hint = 'The remedy in ops.attention says how.';
  end if;
  perform ops.decide('ops.acknowledge', acknowledge.what || ' ' || acknowledge.id, acknowledge.reason);
  select a.why into v_seen from ops.attention a where a.what = acknowledge.what and a.id = acknowledge.id limit 1;
  if not found then
    raise exception 'there is no "%" of % in ops.attention', acknowledge.what, acknowledge.id
      using errcode = 'P0002', hint = 'select what, id from ops.attention';
  end if;
  insert into ops.acknowledgements as a (what, id, seen, reason)
  values (acknowledge.what, acknowledge.id, v_seen, trim(acknowledge.reason))
  on conflict on constraint a_thing_is_acknowledged_once
  do update set seen = excluded.seen, reason = excluded.reason, acknowledged_by = session_user,
    acknowledged_at = clock_timestamp();
end
$$;
comment on function ops.acknowledge(text, text, text) is
  'A person has seen a line of ops.attention where nothing is left to mend, and says what was decided: kept in '
  'ops.decisions. What happens again, or changes, is shown again. Raises 22023 without a reason, and for every line '
  'that goes away when its cause is mended; P0002 when there is no such line.';

-- sql/80-ops/20-attention/attention.sql

create view ops.attention with (security_invoker = on) as
  select w.*, ops.severity(w.what) as severity
  from (
    select * from ops.attention_events
    union all select * from ops.attention_refused_webhooks
    union all select * from ops.attention_undecided_events
    union all select * from ops.attention_new_shapes
    union all select * from ops.attention_reconciler
    union all select * from ops.attention_payments
    union all select * from ops.attention_refunds
    union all select * from ops.attention_disputes
    union all select * from ops.attention_orders
    union all select * from ops.attention_parcels
    union all select * from ops.attention_unserved_requests
    union all select * from ops.attention_audit
    union all select * from ops.attention_deliveries
    union all select * from ops.attention_failing_destinations
    union all select * from ops.attention_held_destinations
    union all select * from ops.attention_routes
    union all select * from ops.attention_no_courier
    union all select * from ops.attention_missing_secrets
    union all select * from ops.attention_jobs
    union all select * from ops.attention_unmatched_recaps
    union all select * from ops.attention_calendar
  ) w;
comment on view ops.attention is
  'Everything that needs an admin: what, why, since when, the SQL that mends it (ops.remedy), and how severe it is '
  '(ops.severity). select * from ops.attention order by since';

-- sql/80-ops/25-alerts/11-alerts.sql

create type ops.alert_kind as enum ('raised', 'resolved', 'digest');
comment on type ops.alert_kind is
  'raised: something needs a person. resolved: it does not any more. digest: once a day, all that is open.';

create table ops.alerts (
  id uuid primary key default ops.uuid7(),
  kind ops.alert_kind not null,
  severity ops.severity,
  total integer not null,
  text text not null,
  items jsonb not null,
  created_at timestamptz not null default now(),

  constraint items_are_a_list check (jsonb_typeof(items) = 'array')
);
alter table ops.alerts enable row level security;

create trigger capture_change after insert on ops.alerts
for each row execute function outbox.capture_change();
create trigger refuse_truncate before truncate on ops.alerts
for each statement execute function outbox.refuse_truncate();

comment on table ops.alerts is
  'What was told to people: a row makes the message attention.raised, attention.resolved or attention.digest for the '
  'destinations that outbox.routes names. Written by ops.tell_attention.';
comment on column ops.alerts.severity is 'The highest among its items. Null: a digest of nothing.';
comment on column ops.alerts.total is 'How many lines it is about; items has the first 50.';
comment on column ops.alerts.text is 'All of it as plain text, for an e-mail or a chat.';
comment on column ops.alerts.items is '[{what, id, which, why, remedy, severity, since}], as in ops.attention.';

-- sql/80-ops/25-alerts/12-alert_settings.sql

create table ops.alert_settings (
  only_row boolean primary key default true,
  alert_from ops.severity not null default 'soon',
  cool_down interval not null default interval '15 minutes',
  digest_at time not null default '06:00',
  last_run_at timestamptz not null default now(),
  last_digest_at timestamptz not null default now(),

  constraint there_is_one_row check (only_row),
  constraint a_cool_down_is_not_negative check (cool_down >= interval '0')
);
insert into ops.alert_settings default values;
alter table ops.alert_settings enable row level security;

comment on table ops.alert_settings is
  'When people are alerted. One row: update ops.alert_settings set digest_at = ''18:00'' where only_row.';
comment on column ops.alert_settings.alert_from is 'Alerts are sent from this severity on; the digest has all.';
comment on column ops.alert_settings.cool_down is
  'Alerts that are not urgent are sent at most so often, together; and what comes back within it raises no new alert.';
comment on column ops.alert_settings.digest_at is 'When the daily digest is sent, UTC.';
comment on column ops.alert_settings.last_run_at is
  'When ops.tell_attention last ran to its end: functions/health says when that is too long ago.';

-- sql/80-ops/25-alerts/20-alert_text.sql

create function ops.alert_text(kind ops.alert_kind, items jsonb, total bigint) returns text
language sql stable
set search_path = ''
begin atomic
  select
    case alert_text.kind
      when 'raised' then format('%s need a person:', alert_text.total)
      when 'resolved' then format('%s resolved:', alert_text.total)
      else format('%s open:', alert_text.total)
    end
    || coalesce((
      select string_agg(
        format(
          E'\n\n[%s] %s: %s\n%s', i.severity, i.what, i.which,
          case when alert_text.kind = 'resolved' then 'It needs nobody any more.'
            else format(E'%s\nTo do:\n%s', i.why, i.remedy) end
        ), '' order by i.severity desc, i.since
      )
      from jsonb_to_recordset(alert_text.items) as i (
        what text, which text, why text, remedy text, severity ops.severity, since timestamptz
      )
    ), '')
    || case
      when alert_text.total > jsonb_array_length(alert_text.items) then
        format(E'\n\nand %s more: select * from ops.attention order by severity desc, since',
          alert_text.total - jsonb_array_length(alert_text.items))
      else ''
    end;
end;
comment on function ops.alert_text(ops.alert_kind, jsonb, bigint) is 'An alert as plain text.';

-- sql/80-ops/25-alerts/90-routes.sql

insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, priority,
  description) values
  ('make', 'attention.raised', 'ops.alerts', '{INSERT}', 'kind', 'raised', 0,
    'Something needs a person: send data.text to the admins.'),
  ('make', 'attention.resolved', 'ops.alerts', '{INSERT}', 'kind', 'resolved', 1, 'It does not any more.'),
  ('make', 'attention.digest', 'ops.alerts', '{INSERT}', 'kind', 'digest', 1,
    'Once a day. Its absence is an alarm, too.');

-- sql/80-ops/25-alerts/tell_attention.sql

create function ops.tell_attention() returns void
language plpgsql
set search_path = ''
as $$
declare
  v_settings ops.alert_settings;
  v_now timestamptz := clock_timestamp();
  v_resolved uuid[];
  v_raised uuid[];
begin
  select s.* into strict v_settings from ops.alert_settings s for no key update;

  with seen as materialized (
    select a.what, a.id, a.which, a.why, a.remedy, a.severity, a.since from ops.attention a
  ), gone as (
    update ops.incidents i
    set resolved_at = greatest(v_now, i.raised_at)
    where i.resolved_at is null and not exists (select 1 from seen s where (s.what, s.id) = (i.what, i.about))
    returning i.id, i.alerted_at
  ), lasting as (
    update ops.incidents i
    set which = s.which, why = s.why, remedy = s.remedy, severity = s.severity
    from seen s
    where i.resolved_at is null and (i.what, i.about) = (s.what, s.id)
      and (i.why, i.remedy, i.severity) is distinct from (s.why, s.remedy, s.severity)
  ), opened as (
    insert into ops.incidents (what, about, which, why, remedy, severity, since, raised_at, quiet)
    select distinct on (s.what, s.id) s.what, s.id, s.which, s.why, s.remedy, s.severity, s.since, v_now,
      exists (
        select 1 from ops.incidents before
        where (before.what, before.about) = (s.what, s.id) and before.resolved_at > v_now - v_settings.cool_down
      )
    from seen s
    where not exists (
      select 1 from ops.incidents i where i.resolved_at is null and (i.what, i.about) = (s.what, s.id)
    )
  )
  select array_agg(g.id) filter (where g.alerted_at is not null) into v_resolved from gone g;

  if v_resolved is not null then
    perform ops.write_alert('resolved', v_resolved);
  end if;

  select array_agg(i.id) into v_raised
  from ops.incidents i
  where i.resolved_at is null and i.alerted_at is null and not i.quiet and i.severity >= v_settings.alert_from
  -- What is urgent does not wait, and takes along what does.
  having bool_or(i.severity = 'urgent')
    or not exists (
      select 1 from ops.alerts a where a.kind = 'raised' and a.created_at > v_now - v_settings.cool_down
    );
  if v_raised is not null then
    perform ops.write_alert('raised', v_raised);
    update ops.incidents i set alerted_at = v_now where i.id = any (v_raised);
  end if;

  if v_settings.last_digest_at < (date_trunc('day', v_now, 'UTC') + v_settings.digest_at)
    and v_now >= (date_trunc('day', v_now, 'UTC') + v_settings.digest_at) then
    perform ops.write_alert('digest', array(select i.id from ops.incidents i where i.resolved_at is null));
    update ops.alert_settings s set last_digest_at = v_now where s.only_row;
  end if;
  update ops.alert_settings s set last_run_at = v_now where s.only_row;
end
$$;
comment on function ops.tell_attention() is
  'Compares ops.attention with ops.incidents and writes what is new, and what is gone, as alerts: grouped, urgent ones '
  'at once, others at most every cool_down, and a digest a day. Run by cron every minute.';

-- sql/80-ops/25-alerts/write_alert.sql

create function ops.write_alert(kind ops.alert_kind, incidents uuid[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_items jsonb;
  v_total bigint;
  v_severity ops.severity;
begin
  select count(*), max(i.severity),
    coalesce(jsonb_agg(jsonb_build_object('what', i.what, 'id', i.about, 'which', i.which, 'why', i.why,
      'remedy', i.remedy, 'severity', i.severity, 'since', i.since) order by i.place)
      filter (where i.place <= 50), '[]')
  into v_total, v_severity, v_items
  from (
    select n.*, row_number() over (order by n.severity desc, n.since, n.id) as place
    from ops.incidents n where n.id = any (write_alert.incidents)
  ) i;
  insert into ops.alerts (kind, severity, total, text, items)
  values (write_alert.kind, v_severity, v_total, ops.alert_text(write_alert.kind, v_items, v_total), v_items);
end
$$;
comment on function ops.write_alert(ops.alert_kind, uuid[]) is
  'Writes one alert about these incidents, and with it its message.';

-- sql/80-ops/30-retention/10-retention.sql

create table ops.retention (
  what text primary key,
  keep interval,
  description text not null,
  reached text,
  walk_began_at timestamptz not null default now(),

  constraint something_is_kept_for_an_hour check (keep >= interval '1 hour'),
  constraint an_event_is_kept_while_it_may_be_sent_again check (what <> 'events' or keep >= interval '45 days')
);
alter table ops.retention enable row level security;

comment on table ops.retention is
  'How long rows are kept: update ops.retention set keep = interval ''60 days'' where what = ''attempts''. Orders, '
  'payments and all other business data are never deleted.';
comment on column ops.retention.keep is 'Null: for ever.';
comment on column ops.retention.reached is
  'The last id that ops.purge has read; rows that must stay behind it are not read again before the next day.';
comment on column ops.retention.walk_began_at is 'When it last started from the oldest row.';

insert into ops.retention (what, keep, description) values
  ('attempts', '30 days', 'The log of every try.'),
  ('deliveries', '90 days', 'Delivered or cancelled, from then on; and each message without any delivery left.'),
  ('dead deliveries', '180 days', 'Dead, from then on; and each message without any delivery left.'),
  ('reconciler requests', '1 day', 'Messages that sent the reconciler.'),
  ('reconciliations', '7 days', 'Its runs that found nothing missing.'),
  ('reconciliations that found', '90 days', 'Its runs that did.'),
  ('inquiries', '60 days', 'Which payments a provider was asked about.'),
  ('audits', '30 days', 'Runs of the audit that found nothing.'),
  ('audits that found', '400 days', 'Its runs that did.'),
  ('checkout requests', '2 days',
    'Calls of functions/checkout: for as long a repeated one gets the first one''s answer.'),
  ('events', '400 days',
    'Webhooks that are settled, and that no message refers to. At least 45 days: an event is known again by its row, '
    'and providers send for up to 30 days.'),
  ('latest facts', '45 days',
    'Facts about customers, memberships, products and disputes of one time; for as long as providers send again.'),
  ('shapes', '400 days', 'Shapes of webhooks that were not received again.'),
  ('rejections', '90 days', 'Rejected requests.'),
  ('endpoint failures', '90 days', 'Requests of buyers that could not be served.'),
  ('couriers', '1 day', 'Runs of the courier.'),
  ('quota usage', '2 hours', 'Counters of ops.quotas.'),
  ('checkout limits', '1 day', 'Counters of commerce.checkout_limits.'),
  ('incidents', '400 days', 'What needed a person, from when it did not any more.'),
  ('alerts', '90 days', 'What people were told of it.'),
  ('calendar entries', '400 days', 'Of sessions and appointments whose calendar event is over.'),
  ('person links', '400 days', 'Which purchases an account got when it confirmed its address. Links by hand stay.'),
  ('text versions', '400 days', 'What questions and messages said before they were changed or deleted.'),
  ('console actions', '400 days', 'What admins did with the console.'),
  ('console jobs', '90 days', 'Jobs of the console that have ended.'),
  ('cron log', '1 day', 'Runs of cron''s jobs.');

-- sql/80-ops/30-retention/20-rejections_by_minute.sql

-- For ops.purge: the oldest first.
create index rejections_by_minute on inbox.rejections (minute);

-- sql/80-ops/30-retention/30-autovacuum.sql

-- By default Postgres vacuums a table when a fifth of it changed. These tables change all the time: each delivery is
-- written three times, and due rows are found by partial indexes that hold only waiting rows. Dead entries of these
-- indexes should be removed soon.
alter table outbox.deliveries set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02,
  autovacuum_vacuum_insert_scale_factor = 0.05);
alter table outbox.attempts set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);
alter table outbox.messages set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);
alter table inbox.events set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);
-- A few rows that every claim updates: in place, on a page with room for it.
alter table outbox.destinations set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 500);
alter table outbox.couriers set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- sql/80-ops/30-retention/purge.sql

-- Each part (ops.purge_…) reads the oldest rows of a table, in the order of an index that follows time, up to the first
-- that is too young. Where rows may have to stay, the walk stores its position (ops.retention.reached). A delivery's
-- attempts are deleted first, then the delivery, then its message, so that nothing is deleted by a cascade, except the
-- few requests to the reconciler. A row that waits, is in progress or is referred to is never deleted.
create function ops.purge(what text, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_policy ops.retention;
  v_before timestamptz;
  v_gone integer;
  v_reached text;
begin
  select r.* into v_policy from ops.retention r where r.what = purge.what;
  if not found then
    raise exception 'nothing is kept under the name %', coalesce(purge.what, '(null)')
      using hint = 'select what from ops.retention';
  end if;
  -- One at a time, so that of two deliveries of one message the later one is known to be the last.
  if v_policy.keep is null or not pg_try_advisory_xact_lock(hashtextextended('signalbox/ops/purge', 0)) then
    return 0;
  end if;
  if v_policy.walk_began_at <= now() - interval '1 day' then
    update ops.retention r set reached = null, walk_began_at = now() where r.what = purge.what;
    v_policy.reached := null;
  end if;
  v_before := now() - v_policy.keep;

  case purge.what
    when 'attempts' then
      select p.* into v_gone, v_reached from ops.purge_attempts(v_before, at_most, v_policy.reached) p;
    when 'deliveries' then
      select p.* into v_gone, v_reached
      from ops.purge_deliveries(v_before, at_most, v_policy.reached, '{delivered,cancelled}') p;
    when 'dead deliveries' then
      select p.* into v_gone, v_reached from ops.purge_deliveries(v_before, at_most, v_policy.reached, '{dead}') p;
    when 'reconciler requests' then v_gone := ops.purge_reconciler_requests(v_before, at_most);
    when 'reconciliations' then v_gone := ops.purge_reconciliations(v_before, at_most, false);
    when 'reconciliations that found' then v_gone := ops.purge_reconciliations(v_before, at_most, true);
    when 'inquiries' then v_gone := ops.purge_inquiries(v_before, at_most);
    when 'audits' then v_gone := ops.purge_audits(v_before, at_most, false);
    when 'audits that found' then v_gone := ops.purge_audits(v_before, at_most, true);
    when 'checkout requests' then v_gone := ops.purge_checkout_requests(v_before, at_most);
    when 'events' then
      select p.* into v_gone, v_reached from ops.purge_events(v_before, at_most, v_policy.reached) p;
    when 'latest facts' then v_gone := ops.purge_latest_facts(v_before, at_most);
    when 'shapes' then v_gone := ops.purge_shapes(v_before, at_most);
    when 'rejections' then v_gone := ops.purge_rejections(v_before, at_most);
    when 'endpoint failures' then v_gone := ops.purge_endpoint_failures(v_before, at_most);
    when 'couriers' then v_gone := ops.purge_couriers(v_before, at_most);
    when 'quota usage' then v_gone := ops.purge_quota_usage(v_before, at_most);
    when 'checkout limits' then v_gone := ops.purge_checkout_limits(v_before, at_most);
    when 'incidents' then v_gone := ops.purge_incidents(v_before, at_most);
    when 'alerts' then v_gone := ops.purge_alerts(v_before, at_most);
    when 'calendar entries' then v_gone := ops.purge_calendar_entries(v_before, at_most);
    when 'person links' then v_gone := ops.purge_person_links(v_before, at_most);
    when 'text versions' then v_gone := ops.purge_text_versions(v_before, at_most);
    when 'console actions' then v_gone := ops.purge_console_actions(v_before, at_most);
    when 'console jobs' then v_gone := ops.purge_console_jobs(v_before, at_most);
    when 'cron log' then
      select p.* into v_gone, v_reached from ops.purge_cron_log(v_before, at_most, v_policy.reached) p;
    else
      raise exception 'there is no rule for removing %', purge.what
        using hint = 'Add a branch to ops.purge, or delete the row from ops.retention.';
  end case;

  if v_reached is not null then
    update ops.retention r set reached = v_reached where r.what = purge.what;
  end if;
  return v_gone;
end
$$;
comment on function ops.purge(text, integer) is
  'Deletes rows that are older than ops.retention allows, oldest first, reading at most this many; locked rows are '
  'left for another run: select ops.purge(''attempts'', 2000). Returns how many were deleted.';

-- sql/80-ops/30-retention/purge_alerts.sql

create function ops.purge_alerts(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from ops.alerts x
  where x.ctid = any (array(
    select t.ctid from ops.alerts t where t.created_at < before order by t.id limit at_most for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_alerts(timestamptz, integer) is 'The part of ops.purge for alerts that were sent.';

-- sql/80-ops/30-retention/purge_all.sql

create function ops.purge_all(at_most integer default 2000) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_what text;
  v_count integer := 0;
begin
  -- Rows that are kept for less time go first: attempts before their deliveries.
  for v_what in select r.what from ops.retention r where r.keep is not null order by r.keep, r.what loop
    begin
      v_count := v_count + ops.purge(v_what, at_most);
    exception when others then
      raise warning '% could not be aged out: %', v_what, sqlerrm; -- the other parts still run
    end;
  end loop;
  return v_count;
end
$$;
comment on function ops.purge_all(integer) is
  'One step of ops.purge for everything in ops.retention. Run by cron every minute, which keeps up with two million '
  'rows of each kind a day. Returns how many rows were deleted.';

-- sql/80-ops/30-retention/purge_attempts.sql

create function ops.purge_attempts(before timestamptz, at_most integer, after text, out gone integer, out reached text)
language plpgsql
set search_path = ''
set plan_cache_mode = force_custom_plan -- so that the walk begins where `after` says
as $$
begin
  with walk as materialized (
    select o.place, o.id, bool_and(o.old) over (order by o.id) as old
    from (
      select t.ctid as place, t.id, t.started_at < before as old
      from outbox.attempts t
      where (after is null or t.id > after::bigint)
      order by t.id
      limit at_most
    ) o
  ), removed as (
    delete from outbox.attempts x
    where x.ctid = any (array(
      select t.ctid
      from outbox.attempts t
      where t.ctid = any (array(select w.place from walk w where w.old))
      for update of t skip locked
    ))
    returning 1
  )
  select (select count(*) from removed), (select w.id from walk w where w.old order by w.id desc limit 1)
  into gone, reached;
end
$$;
comment on function ops.purge_attempts(timestamptz, integer, text) is 'The part of ops.purge for delivery attempts.';

-- sql/80-ops/30-retention/purge_audits.sql

create function ops.purge_audits(before timestamptz, at_most integer, findings boolean) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  with walk as materialized (
    select o.place, o.id, bool_and(o.old) over (order by o.id) as old
    from (
      select t.ctid as place, t.id, t.started_at < before as old
      from ops.audits t
      where (t.found > 0) = purge_audits.findings
      order by t.id
      limit at_most
    ) o
  ), removed as (
    delete from ops.audits x
    where x.ctid = any (array(
      select t.ctid
      from ops.audits t
      where t.ctid = any (array(select w.place from walk w where w.old))
      for update of t skip locked
    ))
    returning 1
  )
  select count(*) into v_gone from removed;
  return v_gone;
end
$$;
comment on function ops.purge_audits(timestamptz, integer, boolean) is
  'The part of ops.purge for runs of the audit. findings: those that found something, or those that did not.';

-- sql/80-ops/30-retention/purge_calendar_entries.sql

create function ops.purge_calendar_entries(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from calendar.entries e
  where e.id = any (array(
    select t.id from calendar.entries t
    where t.updated_at < before and coalesce(t.synced_until, t.updated_at) < before
    order by t.updated_at
    limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_calendar_entries(timestamptz, integer) is
  'The part of ops.purge for calendar.entries. The event stays in Google Calendar; if the session changes after all, '
  'it is found there again by its id.';

-- sql/80-ops/30-retention/purge_checkout_limits.sql

create function ops.purge_checkout_limits(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from commerce.checkout_limits x
  where x.ctid = any (array(
    select t.ctid
    from commerce.checkout_limits t
    where t.refilled_at < before
    order by t.refilled_at
    limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_checkout_limits(timestamptz, integer) is
  'The part of ops.purge for counters of commerce.checkout_limits.';

-- sql/80-ops/30-retention/purge_checkout_requests.sql

create function ops.purge_checkout_requests(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from public.checkout_requests x
  where x.ctid = any (array(
    select t.ctid
    from public.checkout_requests t
    where t.created_at < before
    order by t.created_at
    limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_checkout_requests(timestamptz, integer) is
  'The part of ops.purge for calls of functions/checkout.';

-- sql/80-ops/30-retention/purge_console_actions.sql

create function ops.purge_console_actions(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from console.actions x
  where x.ctid = any (array(
    select t.ctid from console.actions t where t.id < ops.uuid7_at(before) order by t.id limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_console_actions(timestamptz, integer) is 'The part of ops.purge for what admins did with the console.';

-- sql/80-ops/30-retention/purge_console_jobs.sql

create function ops.purge_console_jobs(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from console.jobs x
  where x.ctid = any (array(
    select t.ctid from console.jobs t where t.id < ops.uuid7_at(before) and t.ended_at < before order by t.id limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_console_jobs(timestamptz, integer) is 'The part of ops.purge for jobs of the console that have ended.';

-- sql/80-ops/30-retention/purge_couriers.sql

create function ops.purge_couriers(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  with walk as materialized (
    select o.place, o.id, bool_and(o.old) over (order by o.id) as old
    from (
      select t.ctid as place, t.id, t.started_at < before as old
      from outbox.couriers t
      order by t.id
      limit at_most
    ) o
  ), removed as (
    delete from outbox.couriers x
    where x.ctid = any (array(
      select t.ctid
      from outbox.couriers t
      where t.ctid = any (array(select w.place from walk w where w.old))
        and (t.awake_until is null or t.awake_until < before)
      for update of t skip locked
    ))
    returning 1
  )
  select count(*) into v_gone from removed;
  return v_gone;
end
$$;
comment on function ops.purge_couriers(timestamptz, integer) is
  'The part of ops.purge for runs of the courier that have ended.';

-- sql/80-ops/30-retention/purge_cron_log.sql

create function ops.purge_cron_log(before timestamptz, at_most integer, after text, out gone integer, out reached text)
language plpgsql
set search_path = ''
set plan_cache_mode = force_custom_plan -- so that the walk begins where `after` says
as $$
begin
  with walk as materialized (
    select o.place, o.runid, bool_and(o.old) over (order by o.runid) as old
    from (
      select t.ctid as place, t.runid, coalesce(t.end_time, t.start_time, '-infinity') < before as old
      from cron.job_run_details t
      where (after is null or t.runid > after::bigint)
      order by t.runid
      limit at_most
    ) o
  ), removed as (
    delete from cron.job_run_details x
    where x.ctid = any (array(
      select t.ctid
      from cron.job_run_details t
      where t.ctid = any (array(select w.place from walk w where w.old))
        and (t.end_time is not null or t.status = 'failed')
      for update of t skip locked
    ))
    returning 1
  )
  select (select count(*) from removed), (select w.runid from walk w where w.old order by w.runid desc limit 1)
  into gone, reached;
end
$$;
comment on function ops.purge_cron_log(timestamptz, integer, text) is
  'The part of ops.purge for runs of cron''s jobs that have ended.';

-- sql/80-ops/30-retention/purge_deliveries.sql

create function ops.purge_deliveries(
  before timestamptz, at_most integer, after text, statuses outbox.delivery_status[], out gone integer, out reached text
)
language plpgsql
set search_path = ''
set plan_cache_mode = force_custom_plan -- so that the walk begins where `after` says
as $$
declare
  -- A row made before this was settled before `before`, unless an admin brought it back.
  v_made_before timestamptz := before - outbox.retry_span();
  v_messages uuid[];
begin
  with walk as materialized (
    select o.place, o.id, bool_and(o.old) over (order by o.id) as old
    from (
      select t.ctid as place, t.id, t.created_at < v_made_before as old
      from outbox.deliveries t
      where (after is null or t.id > after::bigint)
      order by t.id
      limit at_most
    ) o
  ), removed as (
    delete from outbox.deliveries x
    where x.ctid = any (array(
      select t.ctid
      from outbox.deliveries t
      where t.ctid = any (array(select w.place from walk w where w.old))
        and t.status = any (statuses)
        and t.settled_at < before
        and not exists (select from outbox.attempts a where a.delivery_id = t.id)
      for update of t skip locked
    ))
    returning x.message_id
  )
  select (select count(*) from removed), (select array_agg(distinct r.message_id) from removed r),
    (select w.id from walk w where w.old order by w.id desc limit 1)
  into gone, v_messages, reached;
  delete from outbox.messages m
  where m.id = any (v_messages) and not exists (select from outbox.deliveries d where d.message_id = m.id);
end
$$;
comment on function ops.purge_deliveries(timestamptz, integer, text, outbox.delivery_status[]) is
  'The part of ops.purge for deliveries of these statuses without any attempt left, and for each message without any '
  'delivery left.';

-- sql/80-ops/30-retention/purge_endpoint_failures.sql

create function ops.purge_endpoint_failures(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from ops.endpoint_failures x
  where x.ctid = any (array(
    select t.ctid from ops.endpoint_failures t where t.minute < before order by t.minute limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_endpoint_failures(timestamptz, integer) is
  'The part of ops.purge for requests that could not be served.';

-- sql/80-ops/30-retention/purge_events.sql

create function ops.purge_events(before timestamptz, at_most integer, after text, out gone integer, out reached text)
language plpgsql
set search_path = ''
set plan_cache_mode = force_custom_plan -- so that the walk begins where `after` says
as $$
begin
  with walk as materialized (
    select o.place, o.id, bool_and(o.old) over (order by o.id) as old
    from (
      select t.ctid as place, t.id, t.received_at < before as old
      from inbox.events t
      where (after is null or t.id > after::uuid)
      order by t.id
      limit at_most
    ) o
  ), removed as (
    delete from inbox.events x
    where x.ctid = any (array(
      select t.ctid
      from inbox.events t
      where t.ctid = any (array(select w.place from walk w where w.old))
        and t.status in ('applied', 'ignored')
        and (t.trust <> 'unconfirmed' or t.next_attempt_at is null)
        and not exists (select from outbox.messages m where m.event_id = t.id)
      for update of t skip locked
    ))
    returning 1
  )
  select (select count(*) from removed), (select w.id from walk w where w.old order by w.id desc limit 1)
  into gone, reached;
end
$$;
comment on function ops.purge_events(timestamptz, integer, text) is
  'The part of ops.purge for webhooks: settled ones that no message refers to.';

-- sql/80-ops/30-retention/purge_incidents.sql

create function ops.purge_incidents(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from ops.incidents x
  where x.ctid = any (array(
    select t.ctid from ops.incidents t where t.resolved_at < before order by t.resolved_at limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_incidents(timestamptz, integer) is 'The part of ops.purge for resolved incidents.';

-- sql/80-ops/30-retention/purge_inquiries.sql

create function ops.purge_inquiries(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from inbox.inquiries x
  where x.ctid = any (array(
    select t.ctid
    from inbox.inquiries t
    where t.next_at < before
    order by t.next_at
    limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_inquiries(timestamptz, integer) is
  'The part of ops.purge for payments that a provider was asked about.';

-- sql/80-ops/30-retention/purge_latest_facts.sql

create function ops.purge_latest_facts(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from inbox.latest_facts x
  where x.ctid = any (array(
    select t.ctid
    from inbox.latest_facts t
    where t.updated_at < before and not t.undecided
    order by t.updated_at
    limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_latest_facts(timestamptz, integer) is
  'The part of ops.purge for the latest facts of customers, memberships, products and disputes.';

-- sql/80-ops/30-retention/purge_person_links.sql

create function ops.purge_person_links(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  with removed as (
    delete from ops.person_links x
    where x.id in (
      select l.id from ops.person_links l where l.how = 'confirmed' and l.created_at < before
      order by l.created_at limit at_most for update skip locked
    )
    returning 1
  )
  select count(*) into v_gone from removed;
  return v_gone;
end
$$;
comment on function ops.purge_person_links(timestamptz, integer) is
  'The part of ops.purge for links by confirmation; links by hand are kept for ever.';

-- sql/80-ops/30-retention/purge_quota_usage.sql

create function ops.purge_quota_usage(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from ops.quota_usage x
  where x.ctid = any (array(
    select t.ctid from ops.quota_usage t where t.hour < before order by t.hour limit at_most for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_quota_usage(timestamptz, integer) is
  'The part of ops.purge for counters of ops.quotas.';

-- sql/80-ops/30-retention/purge_reconciler_requests.sql

create function ops.purge_reconciler_requests(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from outbox.messages x
  where x.ctid = any (array(
    select t.ctid
    from outbox.messages t
    where t.ctid = any (array(
        select o.ctid
        from outbox.messages o
        where o.type = 'reconciliation.requested' and o.created_at < before
        order by o.created_at
        limit at_most
      ))
      and not exists (
        select from outbox.deliveries d where d.message_id = t.id and d.status in ('pending', 'sending')
      )
    for update of t skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_reconciler_requests(timestamptz, integer) is
  'The part of ops.purge for messages to the reconciler, with their deliveries, unless they wait or are in progress.';

-- sql/80-ops/30-retention/purge_reconciliations.sql

create function ops.purge_reconciliations(before timestamptz, at_most integer, with_missing boolean) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  with walk as materialized (
    select o.place, o.id, bool_and(o.old) over (order by o.id) as old
    from (
      select t.ctid as place, t.id, t.started_at < before as old
      from inbox.reconciliations t
      where (t.missed > 0) = purge_reconciliations.with_missing
      order by t.id
      limit at_most
    ) o
  ), removed as (
    delete from inbox.reconciliations x
    where x.ctid = any (array(
      select t.ctid
      from inbox.reconciliations t
      where t.ctid = any (array(select w.place from walk w where w.old))
      for update of t skip locked
    ))
    returning 1
  )
  select count(*) into v_gone from removed;
  return v_gone;
end
$$;
comment on function ops.purge_reconciliations(timestamptz, integer, boolean) is
  'The part of ops.purge for runs of the reconciler. with_missing: those that found something missing, or those that '
  'did not.';

-- sql/80-ops/30-retention/purge_rejections.sql

create function ops.purge_rejections(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from inbox.rejections x
  where x.ctid = any (array(
    select t.ctid from inbox.rejections t where t.minute < before order by t.minute limit at_most for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_rejections(timestamptz, integer) is
  'The part of ops.purge for rejected requests.';

-- sql/80-ops/30-retention/purge_shapes.sql

create function ops.purge_shapes(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from inbox.shapes x
  where x.ctid = any (array(
    select t.ctid
    from inbox.shapes t
    where t.last_seen < before
    order by t.last_seen
    limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_shapes(timestamptz, integer) is
  'The part of ops.purge for shapes of webhooks that were not received again.';

-- sql/80-ops/30-retention/purge_text_versions.sql

create function ops.purge_text_versions(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  with removed as (
    delete from public.text_versions x
    where x.id in (
      select v.id from public.text_versions v where v.id < ops.uuid7_at(before)
      order by v.id limit at_most for update skip locked
    )
    returning 1
  )
  select count(*) into v_gone from removed;
  return v_gone;
end
$$;
comment on function ops.purge_text_versions(timestamptz, integer) is
  'The part of ops.purge for earlier versions of questions and messages.';

-- sql/80-ops/30-retention/uuid7_at.sql

create function ops.uuid7_at(moment timestamptz) returns uuid
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_milliseconds bigint := greatest(date_part('epoch', moment) * 1000, 0);
begin
  return rpad(lpad(to_hex(v_milliseconds), 12, '0') || '70008', 32, '0')::uuid;
end
$$;
comment on function ops.uuid7_at(timestamptz) is
  'The lowest id that ops.uuid7 can make at this time: id >= ops.uuid7_at(now() - interval ''1 day'') finds new rows '
  'by the primary key.';

-- sql/80-ops/40-health/health.sql

create function ops.health() returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_alerts timestamptz := (select s.last_run_at from ops.alert_settings s);
  v_due record;
  v_queue bigint;
begin
  select * into v_due from ops.due_deliveries d;
  begin
    select count(*) into v_queue from net.http_request_queue;
  exception when insufficient_privilege or undefined_table then
    v_queue := null; -- not ours to read there
  end;

  return jsonb_build_object(
    'down', array_remove(array[
      case when v_alerts < now() - interval '5 minutes' then
        format('Nobody is alerted: ops.tell_attention has not run since %s. select ops.schedule_jobs(), and look at '
          'ops.job_problems().', ops.iso_utc(v_alerts))
      end,
      case when v_due.since < now() - interval '10 minutes' and not v_due.courier_is_awake then
        format('%s deliveries are due, the oldest since %s, and no courier is at work. select outbox.ring(), and look '
          'at the log of the function dispatch.', v_due.count, ops.iso_utc(v_due.since))
      end
    ], null),
    'attention', (
      select jsonb_object_agg(v.severity, (select count(*) from ops.incidents i
        where i.resolved_at is null and i.severity = v.severity))
      from unnest(enum_range(null::ops.severity)) v (severity)
    ),
    'alerts', jsonb_build_object('last_run_at', v_alerts),
    'jobs', (
      select coalesce(jsonb_agg(jsonb_build_object('name', j.name, 'problem', j.problem, 'last_run_at', j.last_run_at)
        order by j.name), '[]')
      from ops.job_states() j
    ),
    'pg_net', jsonb_build_object('queued', v_queue),
    'courier', jsonb_build_object(
      'awake', v_due.courier_is_awake, 'due', v_due.count, 'oldest_due_at', v_due.since,
      'waiting', (select count(*) from outbox.deliveries d where d.status = 'pending'),
      'dead', (select count(*) from outbox.deliveries d where d.status = 'dead')
    ),
    'destinations', (
      select coalesce(jsonb_agg(jsonb_build_object('name', t.name, 'state', case
        when t.paused_at is not null then 'paused' when t.opened_at is not null then 'breaker open'
        when t.held_until > now() then 'held' when t.failures > 0 then 'failing' else 'well'
      end, 'last_delivered_at', t.last_delivered_at) order by t.name), '[]')
      from outbox.destinations t
    ),
    'events', (
      select jsonb_build_object('failed', count(*) filter (where e.status in ('failed', 'dead')),
        'parked', count(*) filter (where e.status = 'parked'), 'oldest_unapplied_at', min(e.received_at))
      from inbox.events e where e.status in ('failed', 'dead', 'parked')
    ),
    'rejections', (
      select coalesce(jsonb_agg(to_jsonb(r) order by r.provider, r.reason), '[]')
      from (
        select r.provider, r.reason, sum(r.count) as count from inbox.rejections r
        where r.minute > now() - interval '1 hour' group by r.provider, r.reason
      ) r
    ),
    'reconciler', (
      select coalesce(jsonb_agg(jsonb_build_object('provider', p.name, 'reconciled_until', p.reconciled_until)
        order by p.name), '[]')
      from inbox.providers p where p.reconcile
    ),
    'audit', (
      select jsonb_build_object('finished_at', a.finished_at, 'found', a.found) from ops.audits a
      order by a.id desc limit 1
    )
  );
end
$$;
comment on function ops.health() is
  'How everything is, for functions/health: {down: [reasons], attention: {severity: count}, jobs, courier, '
  'destinations, events, rejections of the last hour, reconciler, audit}. attention is as of the last run of '
  'ops.tell_attention.';

-- sql/80-ops/90-jobs.sql

insert into ops.jobs (name, schedule, command, max_age, purpose) values
  ('signalbox: ring the doorbell for what is due', '5 seconds', 'select outbox.ring_if_due()', '2 minutes',
    'Deliveries are not tried again.'),
  ('signalbox: retry failed and parked events', '30 seconds', 'select inbox.retry_due()', '5 minutes',
    'Events that failed or wait are not tried again.'),
  ('signalbox: expire unpaid checkouts', '* * * * *', 'select commerce.expire_checkouts()', '5 minutes',
    'Unpaid checkouts keep their stock.'),
  ('signalbox: reconcile the providers', '* * * * *', 'select inbox.reconcile_all()', '5 minutes',
    'Webhooks that never arrived are not found.'),
  ('signalbox: audit consistency', '*/10 * * * *', 'select ops.audit_consistency()', '25 minutes',
    'Inconsistencies are not found.'),
  ('signalbox: tidy', '* * * * *', 'select ops.purge_all()', '5 minutes', 'Old rows are not removed.'),
  ('signalbox: mend times after a clock step', '* * * * *', 'select outbox.mend_clock()', '5 minutes',
    'After a step of the clock deliveries may stop.'),
  ('signalbox: remind of tutoring sessions', '* * * * *', 'select tutoring.remind()', '5 minutes',
    'Tutors and students are not reminded of sessions.'),
  ('signalbox: link purchases of new accounts', '* * * * *', 'select ops.link_recent()', '5 minutes',
    'What a guest bought while signing up is not in the account.'),
  ('signalbox: go on with the console''s jobs', '5 seconds', 'select console.step_jobs()', '2 minutes',
    'Jobs of the console go on only while its page is open.'),
  ('signalbox: tell what needs attention', '* * * * *', 'select ops.tell_attention()', '5 minutes',
    'Nobody is alerted.');
select ops.schedule_jobs();

-- sql/85-console/00-schema.sql

create schema console;
comment on schema console is
  'What the admin console (web/console) calls over the Data API. Every function refuses callers that are no admin; no '
  'table is readable.';

-- sql/85-console/10-tables/10-commands.sql

create table console.commands (
  command text primary key,
  label text not null,
  about text,
  needs_reason boolean not null default false,
  each_of text,
  hidden text[] not null default '{}',
  secret boolean not null default false,

  constraint a_command_is_a_function check (command ~ '^[a-z_]+\.[a-z_0-9]+$'),
  constraint a_job_walks_a_list check (each_of in ('events', 'deliveries'))
);
alter table console.commands enable row level security;

comment on table console.commands is
  'What the console may do: the functions of docs/admin.md. Their arguments are read from the functions themselves. A '
  'function that is not in this table cannot be called by the console.';
comment on column console.commands.command is 'The function, such as outbox.pause. There is one of this name.';
comment on column console.commands.label is 'The text of its button.';
comment on column console.commands.about is 'What kind of thing its first argument names. Null: none.';
comment on column console.commands.needs_reason is
  'Whether the console asks why. The function keeps it in ops.decisions or in its own table, and console.actions too.';
comment on column console.commands.each_of is
  'The list that console.start_job may run it for, row by row: its first argument is the id. Null: not as a job.';
comment on column console.commands.hidden is 'Arguments that the console does not offer.';
comment on column console.commands.secret is 'Its result is shown once, and never stored in console.actions.';

insert into console.commands (command, label, about, needs_reason, each_of, hidden, secret) values
  ('inbox.retry', 'Try again', 'event', false, 'events', '{facts}', false),
  ('inbox.ignore', 'Close, apply nothing', 'event', true, 'events', '{}', false),
  ('inbox.reconcile', 'Ask the provider what is missing', 'provider', false, null, '{}', false),
  ('inbox.accept_shape', 'Accept the new shape', 'shape', true, null, '{}', false),
  ('inbox.accept_latest', 'Accept what is stored', 'provider', true, null, '{}', false),
  ('outbox.retry', 'Send now', 'delivery', false, 'deliveries', '{}', false),
  ('outbox.retry_dead', 'Send all dead ones again', 'destination', false, null, '{}', false),
  ('outbox.retry_waiting', 'Try again at once', 'destination', false, null, '{}', false),
  ('outbox.pause', 'Pause', 'destination', true, null, '{}', false),
  ('outbox.resume', 'Resume', 'destination', false, null, '{}', false),
  ('outbox.disconnect', 'Disconnect', 'destination', true, null, '{}', false),
  ('outbox.cancel', 'Cancel', 'delivery', true, 'deliveries', '{}', false),
  ('outbox.send_copy', 'Send again as a copy', 'delivery', true, 'deliveries', '{}', false),
  ('outbox.mark_processed', 'Its work was done', 'delivery', true, 'deliveries', '{}', false),
  ('outbox.replay', 'Send again what was delivered', 'destination', true, null, '{}', false),
  ('outbox.send_test', 'Send a test message', 'destination', false, null, '{}', false),
  ('outbox.rotate_secret', 'New signing secret', 'destination', false, null, '{secret}', true),
  ('outbox.end_rotation', 'Drop the old secret', 'destination', false, null, '{}', false),
  ('outbox.enable_route', 'Switch on', 'route', true, null, '{}', false),
  ('outbox.disable_route', 'Switch off', 'route', true, null, '{}', false),
  ('outbox.ring', 'Ring the doorbell', null, false, null, '{}', false),
  ('commerce.accept_payment', 'Accept it: make the order', 'payment', true, null, '{}', false),
  ('commerce.close_review', 'Keep the money, make no order', 'payment', true, null, '{}', false),
  ('commerce.request_refund', 'Refund', 'payment', true, null, '{requested_by}', false),
  ('commerce.record_refund', 'Record a refund by hand', 'payment', true, null, '{}', false),
  ('commerce.dismiss_refund', 'Withdraw the refund', 'refund request', true, null, '{}', false),
  ('commerce.refresh_payment', 'Compute it again', 'payment', false, null, '{}', false),
  ('commerce.settle_order', 'Settle', 'order', true, null, '{}', false),
  ('commerce.restock', 'Put back on sale', 'order', false, null, '{}', false),
  ('commerce.cancel_checkout', 'Cancel', 'checkout', false, null, '{}', false),
  ('commerce.refresh_checkout', 'Compute it again', 'checkout', false, null, '{}', false),
  ('commerce.expire_checkouts', 'Expire unpaid checkouts', null, false, null, '{}', false),
  ('community.write_off_credits', 'Let the buyer keep the credits', 'payment', true, null, '{}', false),
  ('tutoring.match_recap', 'Say which session it is of', 'recap', false, null, '{}', false),
  ('tutoring.reschedule', 'Move', 'session', true, null, '{key}', false),
  ('tutoring.cancel', 'Cancel', 'session', true, null, '{}', false),
  ('calendar.connect', 'Connect Google Calendar', null, false, null, '{}', false),
  ('calendar.disconnect', 'Disconnect Google Calendar', null, true, null, '{}', false),
  ('calendar.sync', 'Write to the calendar again', 'session', false, null, '{}', false),
  ('ops.acknowledge', 'Note what was decided', null, true, null, '{}', false),
  ('ops.link_person', 'Link what a guest bought', 'person', true, null, '{}', false),
  ('ops.link_confirmed', 'Link again', 'person', false, null, '{}', false),
  ('ops.schedule_jobs', 'Schedule the cron jobs anew', null, false, null, '{}', false),
  ('ops.audit_consistency', 'Audit now', null, false, null, '{}', false);

-- sql/85-console/10-tables/11-actions.sql

create table console.actions (
  id uuid primary key default ops.uuid7(),
  who text not null,
  user_id uuid,
  command text not null,
  arguments jsonb not null,
  reason text,
  result jsonb,
  error text,
  job_id uuid,
  at timestamptz not null default clock_timestamp()
);
alter table console.actions enable row level security;

comment on table console.actions is
  'What admins did with the console, with its result or error: select * from console.actions order by id desc. Written '
  'by console.run and by jobs. Kept as long as ops.retention says.';
comment on column console.actions.who is 'The admin''s address.';
comment on column console.actions.user_id is 'The admin''s account.';
comment on column console.actions.arguments is 'As given; of a secret argument nothing.';
comment on column console.actions.result is 'What the command returned, up to 10 KB. Null for a command that returns a secret.';
comment on column console.actions.error is 'Why it was refused. Null: it was done.';
comment on column console.actions.job_id is 'The row of console.jobs that ran it. Null: an admin did, alone.';

-- sql/85-console/10-tables/12-previewed.sql

create unlogged table console.previewed (
  id bigint generated always as identity primary key,
  backend integer not null default pg_backend_pid(),
  table_name text not null,
  operation text not null,
  before jsonb,
  after jsonb
);
alter table console.previewed enable row level security;

comment on table console.previewed is
  'The rows that a command changes, while console.perform runs it: written by the trigger console_preview, and gone '
  'before the transaction ends.';
comment on column console.previewed.backend is 'The session that runs the command.';
comment on column console.previewed.table_name is 'With its schema.';
comment on column console.previewed.before is 'The row as it was. Null: it is new.';
comment on column console.previewed.after is 'The row as it is then. Null: it is deleted.';

-- sql/85-console/10-tables/13-jobs.sql

create type console.job_status as enum ('running', 'done', 'cancelled');
comment on type console.job_status is
  'running: rows are left. done: every row was tried. cancelled: an admin stopped it, or is none any more.';

create table console.jobs (
  id uuid primary key default ops.uuid7(),
  command text not null,
  what text not null,
  filters jsonb not null,
  reason text not null,
  who text not null,
  user_id uuid not null,
  status console.job_status not null default 'running',
  total bigint not null,
  done bigint not null default 0,
  failed bigint not null default 0,
  errors jsonb not null default '[]',
  cursor text,
  started_at timestamptz not null default now(),
  stepped_at timestamptz,
  ended_at timestamptz,

  constraint a_job_runs_a_command foreign key (command) references console.commands (command) on update cascade,
  constraint a_reason_is_given check (btrim(reason) <> ''),
  constraint a_job_that_ended_says_when check ((status = 'running') = (ended_at is null)),
  constraint errors_are_a_list check (jsonb_typeof(errors) = 'array')
);
create index jobs_by_command on console.jobs (command);
create index jobs_running on console.jobs (id) where status = 'running';
alter table console.jobs enable row level security;

comment on table console.jobs is
  'One command for every row of a list that matches filters: select * from console.jobs order by id desc. Run in steps, '
  'by the page and by cron. Each row is tried once, the newest first.';
comment on column console.jobs.what is 'The list: events or deliveries.';
comment on column console.jobs.filters is 'As for console.list.';
comment on column console.jobs.who is 'The admin''s address.';
comment on column console.jobs.total is 'How many rows matched when it began; an estimate above 100000.';
comment on column console.jobs.done is 'Rows for which the command succeeded.';
comment on column console.jobs.failed is 'Rows for which it was refused: each changed nothing.';
comment on column console.jobs.errors is 'Of the first 100 that failed: [{id, error}].';
comment on column console.jobs.cursor is 'Where the next step goes on, as console.list understands it.';

-- sql/85-console/20-access/caller.sql

create function console.caller() returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce((select lower(u.email) from auth.users u where u.id = auth.uid()), auth.uid()::text, session_user);
end
$$;
comment on function console.caller() is 'Who calls, for console.actions and console.jobs: the account''s address.';

-- sql/85-console/20-access/exact.sql

-- Browsers read JSON numbers as doubles: above 2^53 they would show another number.
create function console.exact(value jsonb) returns jsonb
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  if value::text !~ '[0-9.]{16}' then
    return value;
  end if;
  case jsonb_typeof(value)
    when 'number' then
      return case when length(regexp_replace(value::text, '\D', '', 'g')) > 15 then to_jsonb(value #>> '{}') else value
        end;
    when 'object' then
      return (select jsonb_object_agg(e.key, console.exact(e.value)) from jsonb_each(value) e);
    when 'array' then
      return (select jsonb_agg(console.exact(e.value) order by e.ordinality)
        from jsonb_array_elements(value) with ordinality e);
    else
      return value;
  end case;
end
$$;
comment on function console.exact(jsonb) is
  'JSON in which every number of more than 15 digits is text, so that a browser shows it unchanged.';

-- sql/85-console/20-access/me.sql

create function console.me() returns jsonb
language plpgsql stable
security definer -- only the owner may read auth.users
set search_path = ''
as $$
begin
  perform console.require_admin();
  return jsonb_build_object(
    'email', console.caller(),
    'name', (select p.name from public.profiles p where p.user_id = auth.uid())
  );
end
$$;
comment on function console.me() is 'The admin who is signed in: {email, name}. Raises 42501 for everyone else.';

-- sql/85-console/20-access/require_admin.sql

create function console.require_admin() returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if not ops.is_admin() then
    raise exception 'the console is for admins' using errcode = '42501', hint =
      'Sign in as an admin. The owner makes one in SQL: insert into public.admins (user_id) select id from auth.users '
      'where email = ''…''.';
  end if;
end
$$;
comment on function console.require_admin() is
  'The first statement of every function of the console: raises 42501 unless the caller is an admin now, whatever the '
  'token says.';

-- sql/85-console/30-home/action.sql

create function console.action(command text, arguments jsonb) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'command', c.command, 'label', c.label, 'needs_reason', c.needs_reason,
      -- What an admin must fill in (a reason, <why>) is left out: the page asks for it.
      'arguments', (select coalesce(jsonb_object_agg(a.key, a.value), '{}') from jsonb_each(action.arguments) a
        where a.value #>> '{}' !~ '^<[^<>]*>$')
    )
    from console.commands c where c.command = action.command
  );
end
$$;
comment on function console.action(text, jsonb) is
  'A button of the console: {command, arguments, label, needs_reason}. Null: the command is none of console.commands.';

-- sql/85-console/30-home/actions_of.sql

create function console.actions_of(what text, id text, remedy text) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_parts text[];
  v_calls jsonb := '[]';
  v_statement text;
  v_action jsonb;
begin
  -- These remedies are made of several calls; the console has one command that does the same.
  case actions_of.what
    when 'destination failing' then
      return jsonb_build_array(
        console.action('outbox.retry_waiting', jsonb_build_object('destination', actions_of.id)),
        console.action('outbox.disconnect', jsonb_build_object('destination', actions_of.id)));
    when 'work failed at the receiver' then
      return jsonb_build_array(
        console.action('outbox.send_copy', jsonb_build_object('delivery_id', actions_of.id)),
        console.action('outbox.mark_processed', jsonb_build_object('delivery_id', actions_of.id)));
    when 'receipt overdue' then
      return jsonb_build_array(
        console.action('outbox.mark_processed', jsonb_build_object('delivery_id', actions_of.id)),
        console.action('outbox.send_copy', jsonb_build_object('delivery_id', actions_of.id)));
    when 'audit overdue' then
      return jsonb_build_array(console.action('ops.schedule_jobs', '{}'));
    else
      null;
  end case;

  -- ops.remedy: a comment, the statement, then for each alternative two lines of comments. A line break within a
  -- literal begins no alternative.
  v_parts := regexp_match(actions_of.remedy,
    '^--[^\n]*\n((?:[^;'']|''[^'']*'')*);((?:\n-- Instead: [^\n]*\n-- [^\n]*;)*)$');
  for v_statement in
    select v_parts[1] where v_parts is not null
    union all
    select regexp_replace(l.line, '^-- (.*);$', '\1')
    from regexp_split_to_table(v_parts[2], '\n') with ordinality as l (line, place) where l.place > 1 and l.place % 2 = 1
  loop
    select console.action(c.call ->> 'command', c.call -> 'arguments') into v_action
    from (select console.call_of(v_statement) as call) c;
    if v_action is not null and not v_calls @> jsonb_build_array(v_action) then
      v_calls := v_calls || v_action;
    end if;
  end loop;
  return v_calls;
end
$$;
comment on function console.actions_of(text, text, text) is
  'The buttons of a line of ops.attention, read from its remedy: the first is the repair. Statements that are no call '
  'of a command stay SQL to copy.';

-- sql/85-console/30-home/call_of.sql

-- A remedy's values are literals (%L) of whatever arrived from outside: only a whole statement that is one call, each
-- argument a literal, is taken for one. Anything else is null, and stays SQL to copy.
create function console.call_of(statement text) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
declare
  v_literal constant text := '(?:E?''(?:[^'']|'''')*''|-?[0-9]+|true|false|null)';
  v_argument constant text := '(?:([a-z_]+) => )?(' || v_literal || ')';
  v_parts text[] := regexp_match(statement, '^select ([a-z_]+\.[a-z_]+)\((.*)\)$');
  v_rest text := v_parts[2];
  v_names text[];
  v_arguments jsonb := '{}';
  v_found text[];
  v_value text;
  v_place integer := 0;
begin
  if v_parts is null then
    return null;
  end if;
  select p.proargnames into v_names from pg_catalog.pg_proc p where p.oid = to_regproc(v_parts[1]);
  if v_rest !~ ('^(?:(?:[a-z_]+ => )?' || v_literal || '(?:, (?:[a-z_]+ => )?' || v_literal || ')*)?$') then
    return null;
  end if;
  for v_found in select m from regexp_matches(v_rest, v_argument, 'g') m loop
    v_place := v_place + 1;
    v_value := v_found[2];
    if v_value like 'E''%' then
      v_value := replace(replace(substr(v_value, 3, length(v_value) - 3), '''''', ''''), '\\', '\');
    elsif v_value like '''%' then
      v_value := replace(substr(v_value, 2, length(v_value) - 2), '''''', '''');
    end if;
    v_arguments := v_arguments || jsonb_build_object(coalesce(v_found[1], v_names[v_place]),
      case when v_found[2] <> 'null' then v_value end);
  end loop;
  return jsonb_build_object('command', v_parts[1], 'arguments', v_arguments);
end
$$;
comment on function console.call_of(text) is
  'The call of one function with literals as {command, arguments}; null for any other statement. Every value is text.';

-- sql/85-console/30-home/home.sql

create function console.home() returns jsonb
language plpgsql stable
security definer -- the schemas inbox, outbox and ops stay closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return jsonb_build_object(
    'attention', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'what', a.what, 'id', a.id, 'which', a.which, 'why', a.why, 'since', a.since, 'severity', a.severity,
        'remedy', a.remedy, 'actions', console.actions_of(a.what, a.id, a.remedy)
      ) order by a.severity desc, a.since), '[]')
      from (
        select w.* from ops.attention w order by w.severity desc, w.since limit 500
      ) a
    ),
    'counts', jsonb_build_object(
      'events_24h', (select count(*) from (select 1 from inbox.events e
        where e.received_at > now() - interval '24 hours' limit 1000000) x),
      'deliveries_24h', (select count(*) from (select 1 from outbox.deliveries d
        where d.message_id >= ops.uuid7_at(now() - interval '24 hours') limit 1000000) x),
      'waiting', (select count(*) from (select 1 from outbox.deliveries d where d.status = 'pending' limit 1000000) x),
      'dead', (select count(*) from (select 1 from outbox.deliveries d where d.status = 'dead' limit 1000000) x),
      'failing_destinations', (select count(*) from outbox.destinations t
        where t.failures > 0 or t.opened_at is not null or t.paused_at is not null or t.held_until > now())
    ),
    'version', (select max(m.version) from supabase_migrations.schema_migrations m)
  );
end
$$;
comment on function console.home() is
  'What needs a person, and how much is going on: {attention: [{what, id, which, why, since, severity, remedy, '
  'actions}], counts: {events_24h, deliveries_24h, waiting, dead, failing_destinations}, version}. The 500 most severe '
  'lines; a count ends at a million.';

-- sql/85-console/40-lists/bounds.sql

create function console.bounds(
  what text, filters jsonb, cursor text, look integer,
  out relation text, out within text, out reach text, out matches text, out ordering text, out key text, out stop text
)
language plpgsql stable
set search_path = ''
-- What is looked at is bounded by keys: no other way to read a table is better.
set enable_seqscan = off
as $$
declare
  v_bytes constant bigint := 20000000;
  v_spec record := console.spec(bounds.what);
  v_filter record;
  v_value text;
  v_place text[];
  v_known text[];
  v_key_literals text;
  v_path text[];
begin
  v_known := array(select jsonb_object_keys(v_spec.filters) union select unnest('{since,until}'::text[])
    union select 'payload' where v_spec.body is not null order by 1);
  relation := v_spec.relation;
  within := 'true';
  matches := 'true';
  ordering := array_to_string(v_spec.keys, ' desc, ') || ' desc';
  key := 'jsonb_build_array(' || array_to_string(v_spec.keys, ', ') || ')::text';
  -- Its key as text, each part cast to its type.
  v_key_literals := (select string_agg(format('%%%s$L::%s', k.place, k.type), ', ' order by k.place)
    from unnest(v_spec.key_types) with ordinality as k (type, place));

  if jsonb_typeof(coalesce(nullif(bounds.filters, 'null'), '{}')) <> 'object' then
    raise exception 'filters are an object' using errcode = '22023',
      hint = format('Known: %s.', array_to_string(v_known, ', '));
  end if;
  for v_filter in
    select f.key as name, f.value from jsonb_each(coalesce(nullif(bounds.filters, 'null'), '{}')) f order by f.key
  loop
    if v_filter.name <> all (v_known) then
      raise exception '% have no filter %', bounds.what, v_filter.name
        using errcode = '22023', hint = format('Known: %s.', array_to_string(v_known, ', '));
    end if;
    continue when v_filter.value in ('null', '""');
    v_value := v_filter.value #>> '{}';
    if v_filter.name = 'payload' then
      if jsonb_typeof(v_filter.value) <> 'object' then
        raise exception 'the filter payload is an object' using errcode = '22023',
          hint = 'Paths and values, such as {"data.object.id": "pi_1"}.';
      end if;
      for v_path, v_value in select string_to_array(p.key, '.'), p.value #>> '{}' from jsonb_each(v_filter.value) p loop
        matches := matches || format(' and console.value_at(%s, %L) = %L', v_spec.body, v_path, v_value);
      end loop;
    elsif jsonb_typeof(v_filter.value) in ('array', 'object') then
      raise exception 'the filter % takes one value', v_filter.name using errcode = '22023', hint = 'Pass a text.';
    elsif v_filter.name in ('since', 'until') then
      begin
        v_value := (v_value::timestamptz)::text;
      exception when data_exception then
        raise exception 'the filter % cannot be "%"', v_filter.name, left(v_value, 100)
          using errcode = '22023', hint = 'It takes a time such as 2026-07-01T00:00:00Z.';
      end;
      within := within || ' and ' || format(
        case v_filter.name when 'since' then v_spec.since_key else v_spec.until_key end, v_value);
      matches := matches || format(' and %s %s %L', v_spec.moment,
        case v_filter.name when 'since' then '>=' else '<' end, v_value);
    elsif v_filter.name = 'status' and v_value <> all (v_spec.statuses) then
      raise exception 'the filter status cannot be "%"', left(v_value, 100)
        using errcode = '22023', hint = format('It takes one of %s.', array_to_string(v_spec.statuses, ', '));
    else
      matches := matches || ' and ' || format(v_spec.filters ->> v_filter.name, v_value);
    end if;
  end loop;

  if bounds.cursor is not null then
    begin
      v_place := array(select jsonb_array_elements_text(bounds.cursor::jsonb));
      if cardinality(v_place) <> cardinality(v_spec.keys) then
        raise exception using errcode = '22023';
      end if;
      within := within || format(' and (%s) < (', array_to_string(v_spec.keys, ', '))
        || format(v_key_literals, variadic v_place) || ')';
      execute format('select row(%s)', format(v_key_literals, variadic v_place));
    exception when data_exception then
      raise exception 'this is no cursor of %', bounds.what using errcode = '22023',
        hint = 'Pass next, as the page before it says it, or nothing for the first page.';
    end;
  end if;

  reach := within;
  -- What waits or is dead is read whole where it is little: among millions that are done it may be far apart.
  if bounds.what in ('events', 'deliveries') and bounds.filters ->> 'status' in
    ('failed', 'dead', 'parked', 'pending', 'sending') and not coalesce(bounds.filters ? 'payload', false) then
    execute format('select count(*) from (select 1 from %s t where t.status = %L limit %s) x', relation,
      bounds.filters ->> 'status', bounds.look + 1) into v_value;
    if v_value::integer <= bounds.look then
      relation := format('(select x.* from %s x where x.id = any (array(select y.id from %1$s y '
        'where y.status = %L)))', relation, bounds.filters ->> 'status');
      return;
    end if;
  end if;

  -- Where looking ends, matches or not: after so many rows, and so many bytes to parse.
  execute case when bounds.filters ? 'payload' then format(
      'select %s from (select t.*, sum(octet_length(%s)) over (order by %s rows unbounded preceding) as bytes, '
      'row_number() over (order by %s) as place from %s t where %s order by %s limit %s) t '
      'where t.bytes > %s or t.place = %s order by t.place limit 1',
      key, case bounds.what when 'events' then 't.body' else 't.payload' end, ordering, ordering, relation, within,
      ordering, bounds.look, v_bytes, bounds.look)
    else format('select %s from %s t where %s order by %s offset %s limit 1', key, relation, within, ordering,
      bounds.look - 1)
    end into stop;
  if stop is not null then
    within := within || format(' and (%s) >= (', array_to_string(v_spec.keys, ', '))
      || format(v_key_literals, variadic array(select jsonb_array_elements_text(stop::jsonb))) || ')';
  end if;
end
$$;
comment on function console.bounds(text, jsonb, text, integer) is
  'For console.list and console.count: where to read, which rows match, and where looking ends (stop; null: with the '
  'last row). reach: as within, without that end. Checks the filters. Raises 22023 for an unknown list, filter or value, and for a wrong cursor.';

-- sql/85-console/40-lists/count.sql

create function console.count(what text, filters jsonb default '{}') returns jsonb
language plpgsql -- volatile: it reads a plan by EXPLAIN
security definer -- the schemas inbox, outbox and ops stay closed to the Data API
set search_path = ''
set enable_seqscan = off -- see console.bounds
as $$
declare
  v_look integer := case when count.filters ? 'payload' then 5000 else 100001 end;
  v_bounds record;
  v_count bigint;
  v_plan json;
  v_rows numeric;
begin
  perform console.require_admin();
  v_bounds := console.bounds(count.what, count.filters, null, v_look);
  execute format('select count(*) from %s t where %s and %s', v_bounds.relation, v_bounds.within, v_bounds.matches)
    into v_count;
  if v_bounds.stop is null then
    return jsonb_build_object('count', v_count, 'exact', true);
  end if;
  -- The share of those looked at, of all that the planner expects in that time.
  execute format('explain (format json) select 1 from %s t where %s', v_bounds.relation, v_bounds.reach) into v_plan;
  v_rows := (v_plan -> 0 -> 'Plan' ->> 'Plan Rows')::numeric;
  return jsonb_build_object(
    'count', greatest(v_count, round(v_count * greatest(v_rows, v_look) / v_look)::bigint), 'exact', false
  );
end
$$;
comment on function console.count(text, jsonb) is
  'How many rows a list has, with the same filters as list: {count, exact}. Up to 100000 rows are counted (with a filter '
  'of payload 5000); beyond, count is an estimate and exact is false.';

-- sql/85-console/40-lists/list.sql

create function console.list(what text, filters jsonb default '{}', cursor text default null, size integer default 50)
returns jsonb
language plpgsql stable
security definer -- the schemas inbox, outbox and ops stay closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return console.page(list.what, list.filters, list.cursor, list.size);
end
$$;
comment on function console.list(text, jsonb, text, integer) is
  'A page of events, messages, deliveries, rejections, reconciliations, audits, decisions, incidents or alerts, newest '
  'first: {rows, next, stopped}. next is the cursor of the next page, null on the last one. At most 20000 rows are '
  'looked at (with a filter of payload: 5000, and 20 MB); where fewer matched than size, stopped is true, and next goes '
  'on from there. filters: {provider, type, status, destination, code, since, until, text, payload: {"path.to.key": '
  '"value"}}, each where the list has it. size: 1 to 1000. Raises 22023 for an unknown list, filter or value.';

-- sql/85-console/40-lists/page.sql

create function console.page(what text, filters jsonb, cursor text, size integer) returns jsonb
language plpgsql stable
set search_path = ''
set enable_seqscan = off -- see console.bounds
as $$
declare
  v_size integer := least(greatest(coalesce(page.size, 50), 1), 1000);
  v_look integer := case when page.filters ? 'payload' then 5000 else 20000 end;
  v_bounds record;
  v_answer jsonb;
begin
  v_bounds := console.bounds(page.what, page.filters, page.cursor, v_look);
  execute format(
    'with chosen as materialized (select %s as key, %s from %s t where %s and %s order by %s limit %s) '
    'select jsonb_build_object(''rows'', coalesce(jsonb_agg(to_jsonb(p) - ''key'') filter (where p.place <= %s), '
    '''[]''), ''next'', max(p.key) filter (where p.place = %s and p.more)) '
    'from (select x.*, row_number() over () as place, count(*) over () > %s as more from chosen x) p',
    v_bounds.key, (console.spec(page.what)).fields, v_bounds.relation, v_bounds.within, v_bounds.matches,
    v_bounds.ordering, v_size + 1, v_size, v_size, v_size
  ) into v_answer;
  select jsonb_set(v_answer, '{rows}', coalesce(jsonb_agg(console.exact(r.value - 'place' - 'more')
    order by r.ordinality), '[]')) into v_answer
  from jsonb_array_elements(v_answer -> 'rows') with ordinality r;
  -- Too few match among the rows that were looked at: it goes on from there.
  return v_answer || jsonb_build_object(
    'next', coalesce(v_answer ->> 'next', v_bounds.stop),
    'stopped', v_answer ->> 'next' is null and v_bounds.stop is not null
  );
end
$$;
comment on function console.page(text, jsonb, text, integer) is 'The work of console.list, for jobs too.';

-- sql/85-console/40-lists/spec.sql

-- Constants only: the parts in double braces and %L are filled by console.list and console.count with literals.
create function console.spec(
  what text, out relation text, out keys text[], out key_types text[], out moment text, out since_key text,
  out until_key text, out filters jsonb, out statuses text[], out body text, out fields text
)
language plpgsql immutable
set search_path = ''
as $$
begin
  keys := '{t.id}';
  key_types := '{uuid}';
  since_key := 't.id >= ops.uuid7_at(%1$L)';
  -- An id is made a moment after its transaction began.
  until_key := 't.id <= ops.uuid7_at(%1$L::timestamptz + interval ''10 minutes'')';
  case spec.what
    when 'events' then
      relation := 'inbox.events';
      moment := 't.received_at';
      statuses := enum_range(null::inbox.event_status)::text[];
      filters := '{
        "provider": "t.provider = %L", "type": "t.type = %L", "status": "t.status = %L",
        "text": "strpos(lower(concat_ws('' '', t.provider_event_id, t.type, t.subject, t.error)), lower(%L)) > 0"
      }';
      body := 't.body';
      fields := 't.id, t.provider, t.type, t.status, t.trust, t.provider_event_id, t.subject, t.occurred_at, '
        't.received_at, t.applied_at, t.attempts, t.next_attempt_at, t.error, t.waiting_for, t.not_ours, '
        'octet_length(t.body) as bytes';
    when 'messages' then
      relation := 'outbox.messages';
      moment := 't.created_at';
      filters := '{
        "type": "t.type = %L",
        "destination": "exists (select from outbox.deliveries d where d.message_id = t.id and d.destination = %L)",
        "text": "strpos(lower(concat_ws('' '', t.type, t.record_key)), lower(%L)) > 0"
      }';
      body := 'coalesce(t.payload, (select e.body from inbox.events e where e.id = t.event_id))';
      fields := 't.id, t.type, t.record_key, t.sequence::text as sequence, t.created_at, t.event_id, '
        't.replay_id::text as replay_id, octet_length(t.payload) as bytes, (select coalesce(jsonb_agg('
        'jsonb_build_object(''id'', d.id::text, ''destination'', d.destination, ''status'', d.status) '
        'order by d.id), ''[]'') from outbox.deliveries d where d.message_id = t.id) as deliveries';
    when 'deliveries' then
      relation := 'outbox.deliveries';
      key_types := '{bigint}';
      moment := 't.created_at';
      since_key := 't.id >= coalesce((select d.id from outbox.deliveries d where d.message_id >= '
        'ops.uuid7_at(%1$L::timestamptz - interval ''10 minutes'') order by d.message_id limit 1), 0)';
      until_key := 't.id <= coalesce((select d.id from outbox.deliveries d where d.message_id >= '
        'ops.uuid7_at(%1$L::timestamptz + interval ''10 minutes'') order by d.message_id limit 1), '
        '9223372036854775807)';
      statuses := enum_range(null::outbox.delivery_status)::text[];
      filters := '{
        "destination": "t.destination = %L", "status": "t.status = %L", "code": "t.last_status_code::text = %L",
        "type": "(select m.type from outbox.messages m where m.id = t.message_id) = %L",
        "text": "strpos(lower(concat_ws('' '', t.record_key, t.last_error, t.processing_error)), lower(%L)) > 0"
      }';
      fields := 't.id::text as id, t.message_id, t.destination, (select m.type from outbox.messages m '
        'where m.id = t.message_id) as type, t.record_key, t.status, t.attempts, t.priority, t.created_at, '
        't.next_attempt_at as due_at, t.settled_at, t.last_status_code, t.last_error, t.receipt_due_at, '
        't.processed_at, t.processing_error';
    when 'rejections' then
      relation := 'inbox.rejections';
      keys := '{t.minute,t.provider,t.reason}';
      key_types := '{timestamptz,text,text}';
      moment := 't.last_at';
      since_key := 't.minute >= date_trunc(''minute'', %1$L::timestamptz, ''UTC'')';
      until_key := 't.minute <= %1$L::timestamptz';
      filters := '{
        "provider": "t.provider = %L", "code": "t.reason = %L",
        "text": "strpos(lower(concat_ws('' '', t.provider, t.reason, t.sample)), lower(%L)) > 0"
      }';
      fields := 'jsonb_build_array(t.minute, t.provider, t.reason)::text as id, t.provider, t.reason as code, '
        't.minute, t.count, t.last_at, t.sample';
    when 'reconciliations' then
      relation := 'inbox.reconciliations';
      moment := 't.started_at';
      statuses := '{complete,incomplete}';
      filters := '{
        "provider": "t.provider = %L", "text": "strpos(lower(coalesce(t.remark, '''')), lower(%L)) > 0",
        "status": "case when t.completed_at is null then ''incomplete'' else ''complete'' end = %L"
      }';
      fields := 't.id, t.provider, t.since, t.until, t.looked_at, t.missed, t.healed, t.tries, t.started_at, '
        't.completed_at, t.remark, case when t.completed_at is null then ''incomplete'' else ''complete'' end as status';
    when 'audits' then
      relation := 'ops.audits';
      moment := 't.started_at';
      statuses := '{found,consistent}';
      filters := '{
        "status": "case when t.found > 0 then ''found'' else ''consistent'' end = %L",
        "text": "strpos(lower(t.findings::text), lower(%L)) > 0"
      }';
      fields := 't.id, t.started_at, t.finished_at, t.ran_by, t.found, t.findings, '
        'case when t.found > 0 then ''found'' else ''consistent'' end as status';
    when 'decisions' then
      relation := 'ops.decisions';
      moment := 't.decided_at';
      filters := '{
        "type": "t.command = %L",
        "text": "strpos(lower(concat_ws('' '', t.command, t.about, t.reason, t.decided_by)), lower(%L)) > 0"
      }';
      fields := 't.id, t.command, t.about, t.reason, t.decided_by, t.decided_at';
    when 'incidents' then
      relation := 'ops.incidents';
      moment := 't.raised_at';
      statuses := '{open,resolved}';
      filters := '{
        "type": "t.what = %L", "status": "case when t.resolved_at is null then ''open'' else ''resolved'' end = %L",
        "text": "strpos(lower(concat_ws('' '', t.what, t.about, t.which, t.why)), lower(%L)) > 0"
      }';
      fields := 't.id, t.what, t.about, t.which, t.why, t.remedy, t.severity, t.since, t.raised_at, t.alerted_at, '
        't.resolved_at, case when t.resolved_at is null then ''open'' else ''resolved'' end as status';
    when 'alerts' then
      relation := 'ops.alerts';
      moment := 't.created_at';
      filters := '{"type": "t.kind::text = %L", "text": "strpos(lower(t.text), lower(%L)) > 0"}';
      fields := 't.id, t.kind as type, t.severity, t.total, t.text, t.items, t.created_at';
    else
      raise exception 'there is no list %', coalesce(spec.what, '(null)') using errcode = '22023', hint =
        'Known: events, messages, deliveries, rejections, reconciliations, audits, decisions, incidents, alerts.';
  end case;
end
$$;
comment on function console.spec(text) is
  'What a list of the console reads, what it may be filtered by, and what it shows. Raises 22023 for an unknown list.';

-- sql/85-console/40-lists/value_at.sql

create function console.value_at(body text, path text[]) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return body::jsonb #>> value_at.path;
exception when data_exception or program_limit_exceeded then
  return null; -- no JSON
end
$$;
comment on function console.value_at(text, text[]) is
  'The value at a path of a JSON text, as text: numbers with all their digits. Null: there is none, or it is no JSON.';

-- sql/85-console/50-one/04-record.sql

create function console.record(kind text, id uuid) returns jsonb
language sql stable
set search_path = ''
begin atomic
  select x.it from (
    select jsonb_build_object('kind', 'order', 'id', o.id, 'title', 'Order ' || o.number,
      'detail', ops.money(o.total_minor, o.currency) || ' · ' || o.email, 'at', o.created_at, 'status', o.status) as it
    from public.orders o where record.kind = 'order' and o.id = record.id
    union all
    select jsonb_build_object('kind', 'payment', 'id', p.id, 'title', p.provider || ' ' || p.provider_ref,
      'detail', concat_ws(' · ', ops.money(p.amount_minor, p.currency), p.email), 'at', p.created_at,
      'status', p.status)
    from public.payments p where record.kind = 'payment' and p.id = record.id
    union all
    select jsonb_build_object('kind', 'checkout', 'id', s.id, 'title', 'Checkout of ' || s.email,
      'detail', ops.money(s.total_minor, s.currency), 'at', s.created_at, 'status', s.status)
    from public.checkout_sessions s where record.kind = 'checkout' and s.id = record.id
    union all
    select jsonb_build_object('kind', 'session', 'id', s.id, 'title', s.title,
      'detail', concat_ws(' · ', ops.iso_utc(s.starts_at), s.tutor_email, s.student_email), 'at', s.created_at,
      'status', s.status)
    from public.tutoring_sessions s where record.kind = 'session' and s.id = record.id
    union all
    select jsonb_build_object('kind', 'membership', 'id', m.id, 'title', m.provider || ' ' || m.provider_ref,
      'detail', m.email, 'at', m.created_at, 'status', m.status)
    from public.memberships m where record.kind = 'membership' and m.id = record.id
    union all
    select jsonb_build_object('kind', 'event', 'id', e.id, 'title', e.provider || ' ' || e.type,
      'detail', e.provider_event_id, 'at', e.received_at, 'status', e.status)
    from inbox.events e where record.kind = 'event' and e.id = record.id
    union all
    select jsonb_build_object('kind', 'message', 'id', m.id, 'title', m.type, 'detail', m.record_key,
      'at', m.created_at, 'status', null)
    from outbox.messages m where record.kind = 'message' and m.id = record.id
  ) x;
end;
comment on function console.record(text, uuid) is
  'One thing, as it is found and linked: {kind, id, title, detail, at, status}. Null: there is none.';

-- sql/85-console/50-one/05-delivery_row.sql

create function console.delivery_row(delivery outbox.deliveries) returns jsonb
language sql stable
set search_path = ''
begin atomic
  select jsonb_build_object(
    'id', delivery.id::text, 'message_id', delivery.message_id, 'destination', delivery.destination,
    'type', (select m.type from outbox.messages m where m.id = delivery.message_id),
    'status', delivery.status, 'attempts_made', delivery.attempts, 'priority', delivery.priority,
    'created_at', delivery.created_at, 'due_at', delivery.next_attempt_at, 'settled_at', delivery.settled_at,
    'delivered_at', case when delivery.status = 'delivered' then delivery.settled_at end,
    'last_error', delivery.last_error, 'last_status_code', delivery.last_status_code,
    'attempts', (
      select coalesce(jsonb_agg(jsonb_build_object('number', a.number, 'at', a.started_at,
        'http_status', a.status_code, 'ms', a.duration_ms, 'error', a.error) order by a.number), '[]')
      from outbox.attempts a where a.delivery_id = delivery.id
    ),
    'receipts', to_jsonb(array_remove(array[
      case when delivery.processed_at is not null then jsonb_build_object('at', delivery.processed_at,
        'status', 'processed', 'detail', null) end,
      case when delivery.processing_error is not null then jsonb_build_object('at', null, 'status', 'failed',
        'detail', delivery.processing_error) end,
      case when delivery.processed_at is null and delivery.processing_error is null
        and delivery.receipt_due_at is not null then jsonb_build_object('at', delivery.receipt_due_at,
        'status', case when delivery.receipt_due_at < now() then 'overdue' else 'awaited' end, 'detail', null) end
    ], null))
  );
end;
comment on function console.delivery_row(outbox.deliveries) is
  'A delivery with its attempts and receipts, as the console shows it. Ids of deliveries are text. The response bodies '
  'of attempts are left out.';

-- sql/85-console/50-one/change_of.sql

create function console.change_of(message outbox.messages) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_payload jsonb := coalesce(nullif(message.payload, ''), 'null')::jsonb;
  v_change jsonb := v_payload -> 'change';
  v_data jsonb := v_payload -> 'data';
begin
  if v_change ->> 'table' is null then
    return null; -- a forwarded event, or nothing that changed a row
  end if;
  return jsonb_build_object(
    'message_id', message.id, 'type', message.type, 'table', v_change ->> 'table',
    'operation', v_change ->> 'operation', 'row_id', split_part(message.record_key, '/', 2),
    'before', case v_change ->> 'operation' when 'INSERT' then null when 'DELETE' then console.exact(v_data)
      else console.exact(v_change -> 'previous') end,
    'after', case v_change ->> 'operation' when 'DELETE' then null when 'INSERT' then console.exact(v_data)
      else (select console.exact(jsonb_object_agg(c.name, v_data -> c.name))
        from jsonb_array_elements_text(v_change -> 'columns') c (name)) end,
    'event_id', message.event_id, 'at', message.created_at, 'version', message.sequence::text
  );
end
$$;
comment on function console.change_of(outbox.messages) is
  'The change of a row that a message reports: {message_id, type, table, operation, row_id, before, after, event_id, at, '
  'version}. Of an update only the columns that changed. Null: the message reports none.';

-- sql/85-console/50-one/delivery.sql

create function console.delivery(id bigint) returns jsonb
language plpgsql stable
security definer -- the schema outbox stays closed to the Data API
set search_path = ''
as $$
declare
  v_delivery outbox.deliveries;
  v_message outbox.messages;
begin
  perform console.require_admin();
  select d.* into v_delivery from outbox.deliveries d where d.id = delivery.id;
  if not found then
    raise exception 'there is no delivery %', delivery.id
      using errcode = 'PT404', hint = 'It was removed (retention()), or never written: see the list deliveries.';
  end if;
  select m.* into v_message from outbox.messages m where m.id = v_delivery.message_id;
  return console.delivery_row(v_delivery) || jsonb_build_object(
    'record_key', v_delivery.record_key,
    'lease_until', v_delivery.lease_until,
    'receipt_due_at', v_delivery.receipt_due_at,
    'processed_at', v_delivery.processed_at,
    'processing_error', v_delivery.processing_error,
    'event_id', v_message.event_id,
    'replay_id', v_message.replay_id::text,
    'payload_text', coalesce(v_message.payload, (select e.body from inbox.events e where e.id = v_message.event_id)),
    'attempts', (
      select coalesce(jsonb_agg(jsonb_build_object('number', a.number, 'at', a.started_at,
        'http_status', a.status_code, 'ms', a.duration_ms, 'error', a.error, 'response_text', a.response_body)
        order by a.number), '[]')
      from outbox.attempts a where a.delivery_id = delivery.id
    ),
    'actions', to_jsonb(array_remove(array[
      case when v_delivery.status in ('dead', 'pending', 'cancelled') then
        console.action('outbox.retry', jsonb_build_object('delivery_id', v_delivery.id::text)) end,
      case when v_delivery.status in ('dead', 'pending') then
        console.action('outbox.cancel', jsonb_build_object('delivery_id', v_delivery.id::text)) end,
      case when v_delivery.status in ('dead', 'delivered') and exists (select 1 from outbox.destinations t
        where t.name = v_delivery.destination and t.replayable) then
        console.action('outbox.send_copy', jsonb_build_object('delivery_id', v_delivery.id::text)) end,
      case when v_delivery.processed_at is null and (v_delivery.processing_error is not null
        or v_delivery.receipt_due_at is not null) then
        console.action('outbox.mark_processed', jsonb_build_object('delivery_id', v_delivery.id::text)) end
    ], null))
  );
end
$$;
comment on function console.delivery(bigint) is
  'A delivery with its message''s exact text, every attempt with the response, receipts, and what may be done. Raises '
  'PT404 for an unknown id.';

-- sql/85-console/50-one/destinations.sql

create function console.destinations() returns jsonb
language plpgsql stable
security definer -- the schema outbox stays closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return (
    with hour as materialized (
      select a.id, a.started_at, a.duration_ms, a.status_code, a.error, d.destination
      from (
        select x.* from outbox.attempts x order by x.id desc limit 20000
      ) a
      join outbox.deliveries d on d.id = a.delivery_id
      where a.started_at > now() - interval '1 hour'
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'name', t.name, 'description', t.description, 'adapter', t.adapter, 'replayable', t.replayable,
      -- The path may be the secret (make.com): only where it leads to is shown.
      'url', case when t.url is null then null else regexp_replace(substring(t.url from '^https?://[^/?#]*'), '//.*@', '//') || '/…' end,
      'state', case when t.paused_at is not null then 'paused' when t.opened_at is not null then 'breaker open'
        when t.held_until > now() then 'held' when t.failures > 0 then 'failing' else 'well' end,
      'paused', case when t.paused_at is not null then jsonb_build_object('since', t.paused_at,
        'reason', t.paused_reason) end,
      'held', case when t.held_until > now() then jsonb_build_object('until', t.held_until, 'reason', t.held_reason)
        end,
      'breaker', jsonb_build_object('failures', t.failures, 'opens_after', t.breaker_after, 'opened_at', t.opened_at,
        'recovering_since', t.recovering_since),
      'rate', jsonb_build_object('per_second', t.max_per_second, 'in_flight', t.max_in_flight,
        'timeout_ms', t.timeout_ms),
      'receipts', t.receipts,
      'waiting', (select count(*) from (select 1 from outbox.deliveries d where d.destination = t.name
        and d.status = 'pending' limit 100000) x),
      'dead', (select count(*) from (select 1 from outbox.deliveries d where d.destination = t.name
        and d.status = 'dead' limit 100000) x),
      'last_success', t.last_delivered_at,
      'last_error', (
        select jsonb_build_object('at', a.started_at, 'error', a.error, 'http_status', a.status_code)
        from hour a where a.destination = t.name and a.error is not null order by a.id desc limit 1
      ),
      'last_hour', (
        select jsonb_build_object('attempts', count(*), 'failed', count(a.error),
          'p50', percentile_cont(0.5) within group (order by a.duration_ms),
          'p95', percentile_cont(0.95) within group (order by a.duration_ms))
        from hour a where a.destination = t.name
      ),
      'rotation', exists (select 1 from vault.secrets s where s.name = 'signalbox_' || t.name || '_signing_next'),
      'routes', (
        select coalesce(jsonb_agg(jsonb_build_object('id', r.id::text, 'message_type', coalesce(r.message_type,
          array_to_string(r.event_types, ', ')), 'table_name', r.table_name, 'provider', r.provider,
          'priority', r.priority, 'enabled', r.enabled, 'description', r.description)
          order by r.message_type, r.id), '[]')
        from outbox.routes r where r.destination = t.name
      ),
      'actions', to_jsonb(array_remove(array[
        case when t.paused_at is not null or t.held_until > now() or t.opened_at is not null then
          console.action('outbox.resume', jsonb_build_object('destination', t.name)) end,
        case when t.paused_at is null then
          console.action('outbox.pause', jsonb_build_object('destination', t.name)) end,
        case when t.failures > 0 then
          console.action('outbox.retry_waiting', jsonb_build_object('destination', t.name)) end,
        console.action('outbox.retry_dead', jsonb_build_object('destination', t.name)),
        case when t.replayable then
          console.action('outbox.send_test', jsonb_build_object('destination', t.name)) end,
        case when t.replayable then
          console.action('outbox.replay', jsonb_build_object('destination', t.name)) end,
        case when t.replayable then
          console.action('outbox.rotate_secret', jsonb_build_object('destination', t.name)) end,
        case when exists (select 1 from vault.secrets s where s.name = 'signalbox_' || t.name || '_signing_next') then
          console.action('outbox.end_rotation', jsonb_build_object('destination', t.name)) end,
        console.action('outbox.disconnect', jsonb_build_object('destination', t.name))
      ], null))
    ) order by t.name), '[]')
    from outbox.destinations t
  );
end
$$;
comment on function console.destinations() is
  'Every destination: {name, url (its host), state, paused, held, breaker, rate, waiting, dead (each up to 100000), '
  'last_success, last_error, last_hour: {attempts, failed, p50, p95} in ms, of at most 20000 attempts, routes, actions}.';

-- sql/85-console/50-one/event.sql

create function console.event(id uuid) returns jsonb
language plpgsql stable
security definer -- the schema inbox stays closed to the Data API
set search_path = ''
as $$
declare
  v_event inbox.events;
begin
  perform console.require_admin();
  select e.* into v_event from inbox.events e where e.id = event.id;
  if not found then
    raise exception 'there is no event %', event.id
      using errcode = 'PT404', hint = 'It was removed (retention()), or never received: see the list events.';
  end if;
  return console.exact(to_jsonb(v_event) - '{body,confirmation}'::text[]) || jsonb_build_object(
    'body_text', v_event.body,
    'confirmation_text', v_event.confirmation,
    'bytes', octet_length(v_event.body),
    'messages', (
      select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'type', m.type, 'record_key', m.record_key,
        'created_at', m.created_at) order by m.id), '[]')
      from (select x.* from outbox.messages x where x.event_id = event.id order by x.id limit 500) m
    ),
    'actions', case
      when v_event.status in ('failed', 'dead', 'parked') then jsonb_build_array(
        console.action('inbox.retry', jsonb_build_object('event_id', v_event.id)),
        console.action('inbox.ignore', jsonb_build_object('event_id', v_event.id)))
      when v_event.not_ours is not null or v_event.trust = 'unconfirmed' then jsonb_build_array(
        console.action('inbox.retry', jsonb_build_object('event_id', v_event.id)))
      else '[]'
    end
  );
end
$$;
comment on function console.event(uuid) is
  'A webhook with all of its columns; body_text: the exact bytes as received; confirmation_text: what the provider''s '
  'API answered; messages: what it caused; actions: what may be done. Raises PT404 for an unknown id.';

-- sql/85-console/50-one/find.sql

create function console.find(query text) returns jsonb
language plpgsql stable
security definer -- the schemas inbox and outbox stay closed to the Data API; only the owner may read auth.users
set search_path = ''
as $$
declare
  v_most constant integer := 30;
  v_query text := left(btrim(find.query), 300);
  v_id uuid;
  v_number numeric;
  v_amount text[];
  v_found jsonb := '[]';
begin
  perform console.require_admin();
  if coalesce(v_query, '') = '' then
    return v_found;
  end if;

  -- Our own ids, also as receivers know them.
  if v_query ~* '^(msg_)?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then
    v_id := regexp_replace(v_query, '^msg_', '', 'i')::uuid;
    select coalesce(jsonb_agg(k.it), '[]') into v_found
    from (
      select console.record(k.kind, v_id) as it
      from unnest('{order,payment,checkout,event,message,session,membership}'::text[]) as k (kind)
      union all
      select console.record('payment', r.payment_id) from (
        select x.payment_id from public.refunds x where x.id = v_id
        union select x.payment_id from public.disputes x where x.id = v_id
        union select x.payment_id from public.refund_requests x where x.id = v_id
      ) r
      union all
      select jsonb_build_object('kind', 'person', 'id', u.id, 'title', u.email, 'detail', null, 'at', u.created_at,
        'status', null) from auth.users u where u.id = v_id
    ) k where k.it is not null;
    return v_found;
  end if;

  -- Numbers: an order's, a delivery's; amounts.
  if v_query ~ '^#?[0-9]{1,18}$' then
    v_number := ltrim(v_query, '#')::numeric;
    select coalesce(jsonb_agg(k.it), '[]') into v_found
    from (
      select console.record('order', o.id) as it from public.orders o where o.number = v_number::bigint
      union all
      select jsonb_build_object('kind', 'delivery', 'id', d.id::text, 'title', m.type || ' to ' || d.destination,
        'detail', d.record_key, 'at', d.created_at, 'status', d.status)
      from outbox.deliveries d join outbox.messages m on m.id = d.message_id where d.id = v_number::bigint
    ) k;
  end if;
  v_amount := regexp_match(v_query, '^([0-9]{1,15}(?:[.,][0-9]{1,3})?)\s*([A-Za-z]{3})?$');
  if v_amount is not null then
    v_number := replace(v_amount[1], ',', '.')::numeric;
    v_found := v_found || coalesce((
      select jsonb_agg(k.it order by k.id desc)
      from (
        select p.id, console.record('payment', p.id) as it
        from (select x.id, x.amount_minor, x.currency from public.payments x order by x.id desc limit 20000) p
        where p.amount_minor in (v_number, v_number * 100, v_number * 1000)
          and split_part(ops.money(p.amount_minor, p.currency), ' ', 1)::numeric = v_number
          and (v_amount[2] is null or p.currency = upper(v_amount[2]))
        order by p.id desc limit v_most
      ) k
    ), '[]');
  end if;

  -- What providers call things.
  if v_query !~ '\s' then
    v_found := v_found || coalesce((
      select jsonb_agg(distinct console.record(k.kind, k.id)) filter (where k.id is not null)
      from inbox.providers v
      cross join lateral (
        select 'event' as kind, e.id from inbox.events e where e.provider = v.name and e.provider_event_id = v_query
        union all
        select 'payment', p.id from public.payments p where p.provider = v.name and p.provider_ref = v_query
        union all
        select 'payment', p.id from public.payments p where p.provider = v.name and p.part_of = v_query
        union all
        select 'payment', r.payment_id from public.refunds r where r.provider = v.name and r.provider_ref = v_query
        union all
        select 'payment', d.payment_id from public.disputes d where d.provider = v.name and d.provider_ref = v_query
        union all
        select 'membership', m.id from public.memberships m where m.provider = v.name and m.provider_ref = v_query
        union all
        select 'checkout', s.checkout_session_id from public.started_payments s
          where s.provider = v.name and s.provider_ref = v_query
      ) k
    ), '[]');
    -- Events that are about it and could not be applied.
    v_found := v_found || coalesce((
      select jsonb_agg(console.record('event', e.id) order by e.id desc)
      from (
        select x.id, x.subject, x.facts, x.waiting_for from inbox.events x
        where x.status in ('failed', 'dead', 'parked') order by x.id desc limit 2000
      ) e
      where length(v_query) > 3
        and (e.subject = v_query or e.waiting_for like '%/' || replace(replace(v_query, '_', '\_'), '%', '\%')
          or strpos(e.facts::text, to_jsonb(v_query)::text) > 0)
    ), '[]');
  end if;

  -- People, by their address or its beginning.
  if length(v_query) >= 3 and v_query !~ '\s' and v_query !~ '^#?[0-9.,]+$' then
    v_found := v_found || coalesce((
      select jsonb_agg(jsonb_build_object('kind', 'person', 'id', coalesce(p.user_id::text, p.account_email),
        'title', p.account_email, 'detail', concat_ws(' · ', p.name, (p.orders + p.guest_orders) || ' orders'),
        'at', p.created_at, 'status', case when p.user_id is null then 'guest' when p.confirmed then 'confirmed'
          else 'unconfirmed' end) order by p.account_email)
      from ops.find_person(v_query) p
    ), '[]');
  end if;
  if strpos(v_query, '@') > 0 then
    v_found := v_found || coalesce((
      select jsonb_agg(k.it order by k.at desc)
      from (
        (select console.record('order', o.id) as it, o.created_at as at
          from public.checkout_sessions s join public.orders o on o.checkout_session_id = s.id
          where lower(s.email) = lower(v_query) order by o.id desc limit v_most)
        union all
        (select console.record('checkout', s.id), s.created_at from public.checkout_sessions s
          where lower(s.email) = lower(v_query) and s.status <> 'payment_completed' order by s.created_at desc
          limit v_most)
        union all
        (select console.record('session', s.id), s.created_at from public.tutoring_sessions s
          where lower(v_query) in (s.student_email, s.tutor_email) order by s.id desc limit v_most)
        union all
        (select console.record('membership', m.id), m.created_at from public.memberships m
          where m.user_id is null and lower(m.email) = lower(v_query) limit v_most)
        union all
        (select console.record('membership', m.id), m.created_at
          from auth.users u join public.memberships m on m.user_id = u.id where u.email = lower(v_query)
          limit v_most)
      ) k
    ), '[]');
  end if;

  -- Why webhooks were rejected.
  if v_query ~ '^[a-z_]{3,60}$' then
    v_found := v_found || coalesce((
      select jsonb_agg(jsonb_build_object('kind', 'rejection', 'id', r.id, 'title', r.provider || ' ' || r.reason,
        'detail', r.count || ' requests', 'at', r.last_at, 'status', r.reason) order by r.minute desc)
      from (
        select x.*, jsonb_build_array(x.minute, x.provider, x.reason)::text as id
        from (select y.* from inbox.rejections y order by y.minute desc limit 5000) x
        where v_query in (x.reason, x.provider) order by x.minute desc limit 5
      ) r
    ), '[]');
  end if;

  return (
    select coalesce(jsonb_agg(f.value order by f.place), '[]')
    from (
      select f.value, min(f.ordinality) as place from jsonb_array_elements(v_found) with ordinality f
      group by f.value order by 2 limit v_most
    ) f
  );
end
$$;
comment on function console.find(text) is
  'Finds anything: [{kind, id, title, detail, at, status}], best first, at most 30. By our ids (with msg_, too), the '
  'numbers of orders and deliveries, providers'' ids of events, payments, refunds, disputes and memberships, addresses '
  'or their beginning, amounts (24.50; 24.50 EUR: among the newest 20000 payments), codes of rejections. Kinds: event, '
  'message, delivery, order, payment, checkout, session, membership, person, rejection.';

-- sql/85-console/50-one/keys_of.sql

-- The rows that belong together, as keys of messages: orders/<id>. From any of them all others are found by indexes.
create function console.keys_of(kind text, id uuid) returns text[]
language plpgsql stable
set search_path = ''
as $$
declare
  v_checkouts uuid[];
  v_payments uuid[];
  v_orders uuid[];
  v_sessions uuid[] := '{}';
begin
  if keys_of.kind = 'membership' then
    return array['memberships/' || keys_of.id];
  end if;
  if keys_of.kind = 'session' then
    v_sessions := array[keys_of.id];
    v_payments := array(select o.payment_id from public.tutoring_sessions s
      join public.order_items i on i.id = s.order_item_id join public.orders o on o.id = i.order_id
      where s.id = keys_of.id);
  elsif keys_of.kind = 'order' then
    v_payments := array(select o.payment_id from public.orders o where o.id = keys_of.id);
  elsif keys_of.kind = 'payment' then
    v_payments := array[keys_of.id];
  elsif keys_of.kind = 'checkout' then
    v_payments := '{}';
  else
    return '{}';
  end if;
  v_checkouts := case when keys_of.kind = 'checkout' then array[keys_of.id] else
    array(select p.checkout_session_id from public.payments p
      where p.id = any (v_payments) and p.checkout_session_id is not null) end;
  v_payments := array(select unnest(v_payments)
    union select p.id from public.payments p where p.checkout_session_id = any (v_checkouts));
  v_orders := array(select o.id from public.orders o where o.payment_id = any (v_payments)
    union select o.id from public.orders o where o.checkout_session_id = any (v_checkouts));
  v_sessions := array(select unnest(v_sessions)
    union select s.id from public.tutoring_sessions s join public.order_items i on i.id = s.order_item_id
    where i.order_id = any (v_orders));
  return array(
    select 'checkout_sessions/' || c from unnest(v_checkouts) c
    union all select 'payments/' || p from unnest(v_payments) p
    union all select 'orders/' || o from unnest(v_orders) o
    union all select 'tutoring_sessions/' || s from unnest(v_sessions) s
    union all select 'refunds/' || r.id from public.refunds r where r.payment_id = any (v_payments)
    union all select 'refund_requests/' || r.id from public.refund_requests r where r.payment_id = any (v_payments)
    union all select 'disputes/' || d.id from public.disputes d where d.payment_id = any (v_payments)
    union all select 'fulfillments/' || f.id from public.fulfillments f where f.order_id = any (v_orders)
    union all select 'enrollments/' || e.id from public.enrollments e
      join public.order_items i on i.id = e.order_item_id where i.order_id = any (v_orders)
    union all select 'started_payments/' || s.id from public.started_payments s
      where s.checkout_session_id = any (v_checkouts)
    union all select 'payment_approvals/' || a.id from public.payment_approvals a
      where a.checkout_session_id = any (v_checkouts)
    union all select 'credit_ledger/' || l.id from public.credit_ledger l where l.payment_id = any (v_payments)
    union all select 'session_recaps/' || r.id from public.session_recaps r
      where r.tutoring_session_id = any (v_sessions)
    union all select 'tutoring_session_changes/' || c.id from public.tutoring_session_changes c
      where c.tutoring_session_id = any (v_sessions)
    union all select 'session_reminders/' || r.id from public.session_reminders r
      where r.tutoring_session_id = any (v_sessions)
  );
end
$$;
comment on function console.keys_of(text, uuid) is
  'The rows that belong to an order, payment, checkout, session or membership, each as outbox.messages.record_key.';

-- sql/85-console/50-one/line.sql

create function console.line(kind text, id text) returns jsonb
language plpgsql stable
security definer -- the schemas inbox and outbox stay closed to the Data API
set search_path = ''
as $$
declare
  v_most constant integer := 500;
  v_id uuid;
  v_self jsonb;
  v_events uuid[] := '{}';
  v_messages uuid[] := '{}';
  v_keys text[] := '{}';
  v_refs text[];
begin
  perform console.require_admin();
  begin
    case line.kind
      when 'delivery' then
        select jsonb_build_object('kind', 'delivery', 'id', d.id::text,
            'title', m.type || ' to ' || d.destination, 'status', d.status),
          array[m.id], array_remove(array[m.event_id], null)
        into v_self, v_messages, v_events
        from outbox.deliveries d join outbox.messages m on m.id = d.message_id where d.id = line.id::bigint;
      when 'event', 'message', 'order', 'payment', 'checkout', 'session', 'membership' then
        v_id := regexp_replace(line.id, '^msg_', '')::uuid;
        v_self := console.record(line.kind, v_id);
      else
        raise exception 'there is no line of %', coalesce(line.kind, '(null)') using errcode = '22023',
          hint = 'Known: event, message, delivery, order, payment, checkout, session, membership.';
    end case;
  exception when invalid_text_representation or numeric_value_out_of_range then
    v_self := null;
  end;
  if v_self is null then
    raise exception 'there is no % %', line.kind, left(coalesce(line.id, '(null)'), 100)
      using errcode = 'PT404', hint = 'Look it up with find.';
  end if;

  if line.kind = 'event' then
    v_events := array[v_id];
  elsif line.kind = 'message' then
    select array[m.id], array_remove(array[m.event_id], null) into v_messages, v_events
    from outbox.messages m where m.id = v_id;
  elsif line.kind <> 'delivery' then
    v_keys := console.keys_of(line.kind, v_id);
    v_messages := array(select m.id from outbox.messages m where m.record_key = any (v_keys) order by m.id desc
      limit v_most);
    v_events := array(select distinct m.event_id from outbox.messages m
      where m.id = any (v_messages) and m.event_id is not null);
    -- Events that are about it and changed nothing yet.
    v_refs := array(
      select p.provider_ref from public.payments p
        where 'payments/' || p.id = any (v_keys) and p.id = any (array(select split_part(k, '/', 2)::uuid
          from unnest(v_keys) k where k like 'payments/%'))
      union
      select s.provider_ref from public.started_payments s
        where s.checkout_session_id = any (array(select split_part(k, '/', 2)::uuid from unnest(v_keys) k
          where k like 'checkout_sessions/%'))
      union
      select split_part(k, '/', 2) from unnest(v_keys) k where k like 'checkout_sessions/%'
    );
    v_events := array(
      select unnest(v_events)
      union
      select e.id from (
        select x.id, x.facts from inbox.events x where x.status in ('failed', 'dead', 'parked')
        order by x.id desc limit 2000
      ) e
      where exists (select 1 from unnest(v_refs) r where strpos(e.facts::text, to_jsonb(r)::text) > 0)
    );
  end if;
  if line.kind in ('event', 'message', 'delivery') then
    v_messages := array(
      select unnest(v_messages)
      union
      (select m.id from outbox.messages m where m.event_id = any (v_events) order by m.id limit v_most)
    );
  end if;
  -- What the rows that changed are: links to follow.
  v_keys := array(
    select distinct on (x.key) x.key from (
      select unnest(v_keys) as key union all
      select m.record_key from outbox.messages m where m.id = any (v_messages)
    ) x limit 200
  );

  return jsonb_build_object(
    'title', v_self ->> 'title',
    'kind', line.kind,
    'id', v_self ->> 'id',
    'status', v_self ->> 'status',
    'events', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', e.id, 'provider', e.provider, 'type', e.type, 'provider_event_id', e.provider_event_id,
        'status', e.status, 'occurred_at', e.occurred_at, 'received_at', e.received_at, 'applied_at', e.applied_at,
        'error', e.error, 'facts', console.exact(e.facts),
        'caused_by', case when e.trust = 'confirmed' and e.headers = '{}' then 'asked the provider' else 'webhook' end
      ) order by e.received_at, e.id), '[]')
      from inbox.events e where e.id = any (v_events)
    ),
    'changes', (
      select coalesce(jsonb_agg(c.it order by c.sequence, c.id), '[]')
      from (
        select console.change_of(m) as it, m.sequence, m.id from outbox.messages m
        where m.id = any (v_messages) and m.payload is not null and m.replay_id is null
      ) c
      where c.it is not null
    ),
    'deliveries', (
      select coalesce(jsonb_agg(console.delivery_row(d) order by d.id), '[]')
      from (
        select x.* from outbox.deliveries x where x.message_id = any (v_messages) order by x.id limit v_most
      ) d
    ),
    'about', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', a.it ->> 'kind', 'id', a.it ->> 'id',
        'title', a.it ->> 'title', 'detail', a.it ->> 'detail', 'status', a.it ->> 'status') order by a.it ->> 'at'),
        '[]')
      from (
        select distinct console.record(case split_part(k, '/', 1) when 'orders' then 'order' when 'payments' then
          'payment' when 'checkout_sessions' then 'checkout' when 'tutoring_sessions' then 'session'
          when 'memberships' then 'membership' end, split_part(k, '/', 2)::uuid) as it
        from unnest(v_keys) k
        where k ~ '^(orders|payments|checkout_sessions|tutoring_sessions|memberships)/[0-9a-f-]{36}$'
      ) a
      where a.it is not null
    )
  );
end
$$;
comment on function console.line(text, text) is
  'All that belongs to one event, message, delivery, order, payment, checkout, session or membership: {title, kind, id, '
  'status, events, changes, deliveries, about}. The newest 500 messages and deliveries. Raises 22023 for another kind, '
  'PT404 where there is no such thing.';

-- sql/85-console/50-one/message.sql

create function console.message(id uuid) returns jsonb
language plpgsql stable
security definer -- the schema outbox stays closed to the Data API
set search_path = ''
as $$
declare
  v_message outbox.messages;
begin
  perform console.require_admin();
  select m.* into v_message from outbox.messages m where m.id = message.id;
  if not found then
    raise exception 'there is no message %', message.id
      using errcode = 'PT404', hint = 'It was removed (retention()), or never written: see the list messages.';
  end if;
  return (to_jsonb(v_message) - 'payload') || jsonb_build_object(
    'sequence', v_message.sequence::text,
    'replay_id', v_message.replay_id::text,
    'payload_text', coalesce(v_message.payload, (select e.body from inbox.events e where e.id = v_message.event_id)),
    'webhook_id', 'msg_' || v_message.id,
    'replay', (select to_jsonb(r) || jsonb_build_object('id', r.id::text) from outbox.replays r
      where r.id = v_message.replay_id),
    'deliveries', (
      select coalesce(jsonb_agg(console.delivery_row(d) order by d.id), '[]') from outbox.deliveries d
      where d.message_id = message.id
    )
  );
end
$$;
comment on function console.message(uuid) is
  'A message with its exact text (payload_text), its deliveries with their attempts, and the replay it is of. Raises '
  'PT404 for an unknown id.';

-- sql/85-console/50-one/rejection.sql

create function console.rejection(id text) returns jsonb
language plpgsql stable
security definer -- the schema inbox stays closed to the Data API
set search_path = ''
as $$
declare
  v_key text[];
  v_row inbox.rejections;
begin
  perform console.require_admin();
  begin
    v_key := array(select jsonb_array_elements_text(rejection.id::jsonb));
    select r.* into v_row from inbox.rejections r
    where r.minute = v_key[1]::timestamptz and r.provider = v_key[2] and r.reason = v_key[3];
  exception when data_exception then
    null;
  end;
  if v_row.provider is null then
    raise exception 'there is no rejection %', left(rejection.id, 100)
      using errcode = 'PT404', hint = 'Pass the id of a row of the list rejections.';
  end if;
  return to_jsonb(v_row) || jsonb_build_object('id', rejection.id, 'code', v_row.reason);
end
$$;
comment on function console.rejection(text) is
  'Requests that were rejected in one minute for one reason: how many, and the sizes and header names of the latest; no '
  'body is kept. id: as the list rejections says it. Raises PT404 for an unknown one.';

-- sql/85-console/60-commands/actions.sql

create function console.actions(cursor text default null, size integer default 50) returns jsonb
language plpgsql stable
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
declare
  v_size integer := least(greatest(coalesce(actions.size, 50), 1), 1000);
begin
  perform console.require_admin();
  return (
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'who', a.who, 'command', a.command,
        'arguments', a.arguments, 'reason', a.reason, 'result', console.exact(a.result), 'error', a.error,
        'job_id', a.job_id, 'at', a.at) order by a.id desc), '[]'),
      'next', case when count(*) = v_size then min(a.id::text) end
    )
    from (
      select x.* from console.actions x where actions.cursor is null or x.id < actions.cursor::uuid
      order by x.id desc limit v_size
    ) a
  );
end
$$;
comment on function console.actions(text, integer) is
  'What admins did with the console, newest first: {rows: [{id, who, command, arguments, reason, result, error, job_id, '
  'at}], next}.';

-- sql/85-console/60-commands/commands.sql

create function console.commands() returns jsonb
language plpgsql stable
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return (
    select jsonb_agg(jsonb_build_object(
      'command', c.command, 'label', c.label, 'about', c.about, 'needs_reason', c.needs_reason, 'each_of', c.each_of,
      'description', pg_catalog.obj_description(to_regproc(c.command), 'pg_proc'),
      'arguments', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'name', s.name, 'type', s.type, 'required', s.required, 'default', s.default_value) order by s.place), '[]')
        from console.signature(c.command) s where s.name <> all (c.hidden)
      )
    ) order by c.command)
    from console.commands c
  );
end
$$;
comment on function console.commands() is
  'What run, preview, sql and start_job accept: [{command, label, description, arguments: [{name, type, required, '
  'default}], needs_reason, about, each_of}]. each_of: the list that start_job may run it for.';

-- sql/85-console/60-commands/note_change.sql

create function console.note_change() returns trigger
language plpgsql
security definer -- the writer of a row has no right to write to the console's tables
set search_path = ''
as $$
begin
  insert into console.previewed (table_name, operation, before, after)
  values (
    tg_table_schema || '.' || tg_table_name, tg_op,
    case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end
  );
  return null;
end
$$;
comment on function console.note_change() is
  'Trigger console_preview of every table: notes the rows that a command changes, while console.perform runs it.';

-- sql/85-console/60-commands/perform.sql

-- preview and run are this one function: what a preview shows is what a run does.
create function console.perform(
  statement text, keep boolean, expected_hash text default null,
  out result jsonb, out hash text, out error jsonb, out changes jsonb, out deliveries jsonb
)
language plpgsql
set search_path = ''
as $$
declare
  v_most constant integer := 500;
  v_since timestamptz := clock_timestamp();
  v_state text;
  v_message text;
  v_detail text;
  v_hint text;
begin
  begin
    perform set_config('console.previewing', 'on', true);
    execute format('select coalesce(jsonb_agg(to_jsonb(r)), ''[]'') from (%s) r', perform.statement) into result;
    set constraints all immediate;
    perform set_config('console.previewing', '', true);

    select encode(sha256(convert_to(perform.statement || coalesce(string_agg(x.line, E'\n' order by x.line), ''),
      'UTF8')), 'hex') into hash
    from (
      select console.steady(p.table_name, p.operation, p.before, p.after, v_since) as line
      from console.previewed p where p.backend = pg_backend_pid()
    ) x;
    if not perform.keep then
      select coalesce(jsonb_agg(jsonb_build_object(
        'table', x.table_name, 'type', lower(x.operation), 'row_id', x.row_id,
        'before', console.exact(x.before), 'after', console.exact(x.after)) order by x.id), '[]') into changes
      from (
        select p.id, p.table_name, p.operation, p.before, p.after,
          coalesce(w.it ->> 'id', w.it ->> 'name', w.it ->> 'only_row', w.it ->> 'user_id') as row_id
        from console.previewed p
        cross join lateral (select coalesce(p.after, p.before) as it) w
        where p.backend = pg_backend_pid()
          and p.table_name not in ('outbox.messages', 'ops.decisions', 'outbox.bells', 'outbox.couriers')
          and not (p.table_name = 'outbox.deliveries' and p.operation = 'INSERT')
          and p.before is distinct from p.after
        order by p.id
        limit v_most
      ) x;
      select coalesce(jsonb_agg(to_jsonb(d) order by d.destination, d.type), '[]') into deliveries
      from (
        select p.after ->> 'destination' as destination, m.type, count(*) as count
        from console.previewed p
        left join outbox.messages m on m.id = (p.after ->> 'message_id')::uuid
        where p.backend = pg_backend_pid() and p.table_name = 'outbox.deliveries' and p.after ->> 'status' = 'pending'
          and (p.operation = 'INSERT' or p.before ->> 'status' <> 'pending'
            or (p.before ->> 'next_attempt_at')::timestamptz > (p.after ->> 'next_attempt_at')::timestamptz)
        group by 1, 2
      ) d;
    end if;
    delete from console.previewed p where p.backend = pg_backend_pid();
    if not perform.keep or hash <> perform.expected_hash then
      raise exception using errcode = 'SB010';
    end if;
  exception
    when sqlstate 'SB010' then
      if perform.keep then
        error := jsonb_build_object('code', 'PT409', 'message', 'it has changed since the preview: look at it again',
          'details', 'changed', 'hint', 'Ask for the preview again: doing it now would do something else.');
        result := null;
      end if;
    when deadlock_detected then
      raise;
    when others then
      get stacked diagnostics v_state = returned_sqlstate, v_message = message_text, v_detail = pg_exception_detail,
        v_hint = pg_exception_hint;
      result := null;
      error := jsonb_build_object('code', v_state, 'message', v_message, 'details', nullif(v_detail, ''),
        'hint', nullif(v_hint, ''));
  end;
  perform set_config('console.previewing', '', true);
  if error is not null then
    hash := encode(sha256(convert_to(perform.statement || (error ->> 'code') || (error ->> 'message'), 'UTF8')),
      'hex');
  end if;
  -- One row with one column is what most commands return.
  if jsonb_array_length(result) = 1 and (select count(*) from jsonb_object_keys(result -> 0)) = 1 then
    result := (select e.value from jsonb_each(result -> 0) e);
  end if;
  result := console.exact(nullif(result, '""'));
  changes := coalesce(changes, '[]');
  deliveries := coalesce(deliveries, '[]');
end
$$;
comment on function console.perform(text, boolean, text) is
  'Runs a statement in a subtransaction, notes which rows it changes and which deliveries it causes, and undoes it all '
  'unless keep. hash: of the statement and of all changes, without what differs each time (console.steady). Where '
  'expected_hash is another, nothing is done, and error says so. error: as PostgREST words it; nothing was changed.';

-- sql/85-console/60-commands/preview.sql

create function console.preview(command text, arguments jsonb default '{}') returns jsonb
language plpgsql
security definer -- commands run with the owner's rights, as in Studio
set search_path = ''
as $$
declare
  v_sql text;
begin
  perform console.require_admin();
  v_sql := console.statement(preview.command, preview.arguments);
  return (
    select jsonb_build_object('hash', p.hash, 'result', case when not c.secret then p.result end, 'error', p.error,
      'changes', p.changes, 'deliveries', p.deliveries, 'sql', v_sql)
    from console.perform(v_sql, keep => false) p, console.commands c where c.command = preview.command
  );
end
$$;
comment on function console.preview(text, jsonb) is
  'What a command would do now: {hash, result, error, changes: [{table, row_id, type, before, after}], deliveries: '
  '[{destination, type, count}], sql}. It is run, and undone. changes: the first 500. Give the hash to run: it then '
  'does this or nothing.';

-- sql/85-console/60-commands/record_action.sql

create function console.record_action(who text, user_id uuid, command text, arguments jsonb, result jsonb,
  error text, job_id uuid default null) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into console.actions (who, user_id, command, arguments, reason, result, error, job_id)
  select record_action.who, record_action.user_id, record_action.command,
    case when c.secret then record_action.arguments - 'secret' else record_action.arguments end,
    nullif(btrim(record_action.arguments ->> 'reason'), ''),
    case when c.secret then null when length(record_action.result::text) > 10000 then '"(more than 10 KB)"'
      else record_action.result end,
    record_action.error, record_action.job_id
  from console.commands c where c.command = record_action.command;
end
$$;
comment on function console.record_action(text, uuid, text, jsonb, jsonb, text, uuid) is
  'Writes a row of console.actions. Of a command that handles a secret neither the secret nor the result is stored.';

-- sql/85-console/60-commands/run.sql

create function console.run(command text, arguments jsonb default '{}', expected_hash text default null) returns jsonb
language plpgsql
security definer -- commands run with the owner's rights, as in Studio
set search_path = ''
as $$
declare
  v_sql text;
  v_done record;
begin
  perform console.require_admin();
  v_sql := console.statement(run.command, run.arguments);
  select * into v_done from console.perform(v_sql, keep => true, expected_hash => run.expected_hash);
  perform console.record_action(console.caller(), auth.uid(), run.command, coalesce(run.arguments, '{}'),
    v_done.result, v_done.error ->> 'message');
  if v_done.error is not null then
    -- Not raised: that would undo the record, too. PostgREST answers with this status and body, as for an error.
    perform set_config('response.status',
      case when v_done.error ->> 'code' like 'PT___' then substr(v_done.error ->> 'code', 3) else '400' end, true);
    return v_done.error;
  end if;
  return jsonb_build_object('result', v_done.result, 'sql', v_sql, 'hash', v_done.hash);
end
$$;
comment on function console.run(text, jsonb, text) is
  'Runs a command: {result, sql, hash}. Who ran it, with what, why, and its result or error are kept in '
  'console.actions. With expected_hash (of preview) it is refused, status 409, when it would do something else by now. '
  'A refusal is answered with a status of 400 or higher and {code, message, details, hint}. Raises 22023 for an unknown '
  'command or argument.';

-- sql/85-console/60-commands/signature.sql

create function console.signature(command text)
returns table (name text, type text, required boolean, default_value text, place integer)
language plpgsql stable
set search_path = ''
as $$
declare
  v_function oid := to_regproc(signature.command);
begin
  if not exists (select 1 from console.commands c where c.command = signature.command) or v_function is null then
    raise exception 'there is no command %', coalesce(signature.command, '(null)')
      using errcode = '22023', hint = 'select command from console.commands, or the function commands().';
  end if;
  return query
    select p.proargnames[a.place], pg_catalog.format_type(a.type, null), a.place <= p.pronargs - p.pronargdefaults,
      pg_catalog.pg_get_function_arg_default(p.oid, a.place::integer), a.place::integer
    from pg_catalog.pg_proc p, unnest(p.proargtypes::oid[]) with ordinality as a (type, place)
    where p.oid = v_function
    order by a.place;
end
$$;
comment on function console.signature(text) is
  'The arguments of a command, as its function has them. Raises 22023 for what is not in console.commands.';

-- sql/85-console/60-commands/sql.sql

create function console.sql(command text, arguments jsonb default '{}') returns text
language plpgsql stable
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return console.statement(sql.command, sql.arguments);
end
$$;
comment on function console.sql(text, jsonb) is
  'The statement that an admin would type in Studio for a command: what run executes, to the letter. Raises 22023 for '
  'an unknown command or argument.';

-- sql/85-console/60-commands/statement.sql

-- The only place where a statement is made of what was given from outside: names are checked against the function,
-- values are literals.
create function console.statement(command text, arguments jsonb) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_given jsonb := coalesce(nullif(statement.arguments, 'null'), '{}');
  v_hidden text[];
  v_names text[];
  v_needs_reason boolean;
  v_argument record;
  v_value jsonb;
  v_text text;
  v_literals text[] := '{}';
begin
  select array_agg(s.name) into v_names from console.signature(statement.command) s;
  select c.hidden, c.needs_reason into v_hidden, v_needs_reason from console.commands c
  where c.command = statement.command;
  if jsonb_typeof(v_given) <> 'object' then
    raise exception 'the arguments of % are an object', statement.command
      using errcode = '22023', hint = format('Names and values: %s.', array_to_string(v_names, ', '));
  end if;
  select k into v_text from jsonb_object_keys(v_given) k
  where k <> all (coalesce(v_names, '{}')) or k = any (v_hidden) limit 1;
  if found then
    raise exception '% has no argument %', statement.command, v_text using errcode = '22023', hint = format(
      'Known: %s.', (select coalesce(string_agg(n, ', '), 'none') from unnest(v_names) n where n <> all (v_hidden)));
  end if;
  if v_needs_reason and coalesce(btrim(v_given ->> 'reason'), '') = '' then
    raise exception '% needs a reason', statement.command
      using errcode = '22023', hint = 'Say what was decided, and why: it is kept.';
  end if;

  for v_argument in select * from console.signature(statement.command) s order by s.place loop
    v_value := v_given -> v_argument.name;
    if v_argument.name = 'requested_by' then
      v_value := to_jsonb(console.caller());
    end if;
    if v_value is null then
      if v_argument.required then
        raise exception '% needs %', statement.command, v_argument.name
          using errcode = '22023', hint = format('It is of type %s.', v_argument.type);
      end if;
      continue;
    end if;
    if v_argument.type in ('json', 'jsonb') then
      v_text := case when jsonb_typeof(v_value) = 'string' then v_value #>> '{}' else v_value::text end;
    elsif jsonb_typeof(v_value) = 'array' and v_argument.type like '%[]' then
      v_text := array(select e from jsonb_array_elements_text(v_value) e)::text;
    else
      v_text := v_value #>> '{}';
    end if;
    if v_text is not null then
      begin
        execute format('select %L::%s', v_text, v_argument.type);
      exception when data_exception then
        raise exception '% of % cannot be "%"', v_argument.name, statement.command, left(v_text, 200)
          using errcode = '22023', hint = format('It takes a value of type %s.', v_argument.type);
      end;
    end if;
    v_literals := v_literals || format('%I => %s', v_argument.name, case
      when v_text is null then 'null'
      when v_argument.type in ('bigint', 'integer', 'smallint', 'boolean', 'numeric') then
        case when v_text ~ '^(-?[0-9]+|true|false)$' then v_text else quote_literal(v_text) end
      else quote_literal(v_text)
    end);
  end loop;
  return format('select %s(%s)', statement.command, array_to_string(v_literals, ', '));
end
$$;
comment on function console.statement(text, jsonb) is
  'The statement that calls a command. Raises 22023 for an unknown command or argument, a missing one, a value that its '
  'type does not take, and where a reason is missing.';

-- sql/85-console/60-commands/steady.sql

-- What a preview and the run after it may differ in by themselves: ids that are made anew, and the clock.
create function console.steady(table_name text, operation text, before jsonb, after jsonb, since timestamptz)
returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_relation regclass := to_regclass(steady.table_name);
  v_before jsonb := coalesce(steady.before, '{}');
  v_after jsonb := coalesce(steady.after, '{}');
  v_text text;
  v_id text;
begin
  if steady.operation = 'UPDATE' then
    select coalesce(jsonb_object_agg(a.key, a.value), '{}') into v_after
    from jsonb_each(v_after) a where a.value is distinct from v_before -> a.key;
  end if;
  -- Times that are set now.
  select coalesce(jsonb_object_agg(a.key, case
    when a.value <> 'null' and t.atttypid in ('timestamptz'::regtype, 'xid8'::regtype) then '"now"' else a.value end),
    '{}') into v_after
  from jsonb_each(v_after) a
  join pg_catalog.pg_attribute t on t.attrelid = v_relation and t.attname = a.key
  where steady.operation <> 'INSERT' or not (
    -- Numbers that the database counts, and what refers to them.
    t.attidentity <> '' or t.atttypid = 'uuid'::regtype and t.attname = 'id'
    or exists (select 1 from pg_catalog.pg_attrdef d where d.adrelid = t.attrelid and d.adnum = t.attnum
      and pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ '(nextval|gen_random)')
    or t.atttypid = 'bigint'::regtype and exists (select 1 from pg_catalog.pg_constraint k
      where k.conrelid = t.attrelid and k.contype = 'f' and k.conkey = array[t.attnum])
  );
  -- What traffic changes all the time.
  v_before := case steady.table_name
    when 'outbox.destinations' then
      v_before - '{tokens,tokens_at,last_delivered_at,failures,opened_at,held_until,recovering_since}'::text[]
    else v_before
  end;
  v_after := case steady.table_name
    when 'outbox.destinations' then v_after - '{tokens,tokens_at,last_delivered_at}'::text[]
    when 'outbox.messages' then v_after - '{payload}'::text[]
    else v_after
  end;
  v_text := concat_ws(' ', steady.table_name, steady.operation, v_before, v_after);
  for v_id in
    select distinct m[1] from regexp_matches(v_after::text,
      '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g') m
    where m[1] ~ '^.{14}7' and m[1]::uuid >= ops.uuid7_at(steady.since - interval '1 ms')
  loop
    v_text := replace(v_text, v_id, 'new');
  end loop;
  return v_text;
end
$$;
comment on function console.steady(text, text, jsonb, jsonb, timestamptz) is
  'A change of a row as text, without what differs each time it is made: new ids, the clock, numbers that are counted.';

-- sql/85-console/60-commands/watch_tables.sql

create function console.watch_tables() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_table record;
  v_count integer := 0;
begin
  for v_table in
    select n.nspname, c.relname
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p')
      and n.nspname in ('public', 'ops', 'inbox', 'outbox', 'commerce', 'learning', 'tutoring', 'calendar', 'community')
      and not exists (select 1 from pg_catalog.pg_trigger t where t.tgrelid = c.oid and t.tgname = 'console_preview')
      and not exists (select 1 from pg_catalog.pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by n.nspname, c.relname
  loop
    -- The condition costs a write less than a microsecond; without a preview no function is called.
    execute format(
      'create trigger console_preview after insert or update or delete on %I.%I for each row '
      'when (pg_catalog.current_setting(''console.previewing'', true) = ''on'') '
      'execute function console.note_change()', v_table.nspname, v_table.relname);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function console.watch_tables() is
  'Gives every table of ours that has none the trigger console_preview, so that a preview shows its changes: run it '
  'after a migration that adds a table. Returns how many got one.';

-- sql/85-console/70-jobs/cancel_job.sql

create function console.cancel_job(id uuid) returns jsonb
language plpgsql
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  update console.jobs j set status = 'cancelled', ended_at = clock_timestamp()
  where j.id = cancel_job.id and j.status = 'running';
  return console.job(cancel_job.id);
end
$$;
comment on function console.cancel_job(uuid) is
  'Stops a job before its next step, and returns it; what it did stays done. One that has ended is left alone. Raises '
  'PT404 for an unknown id.';

-- sql/85-console/70-jobs/job.sql

create function console.job(id uuid) returns jsonb
language plpgsql stable
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
declare
  v_job console.jobs;
begin
  perform console.require_admin();
  select j.* into v_job from console.jobs j where j.id = job.id;
  if not found then
    raise exception 'there is no job %', job.id using errcode = 'PT404', hint = 'See jobs().';
  end if;
  return console.job_row(v_job);
end
$$;
comment on function console.job(uuid) is 'A job, as start_job returns it. Raises PT404 for an unknown id.';

-- sql/85-console/70-jobs/job_row.sql

create function console.job_row(job console.jobs) returns jsonb
language sql stable
set search_path = ''
begin atomic
  select jsonb_build_object('id', job.id, 'command', job.command, 'what', job.what, 'filters', job.filters,
    'reason', job.reason, 'who', job.who, 'status', job.status, 'total', job.total, 'done', job.done,
    'failed', job.failed, 'errors', job.errors, 'started_at', job.started_at, 'stepped_at', job.stepped_at,
    'ended_at', job.ended_at);
end;
comment on function console.job_row(console.jobs) is 'A job as the console shows it.';

-- sql/85-console/70-jobs/jobs.sql

create function console.jobs() returns jsonb
language plpgsql stable
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return (
    select coalesce(jsonb_agg(n.it order by n.id desc), '[]')
    from (select j.id, console.job_row(j) as it from console.jobs j order by j.id desc limit 100) n
  );
end
$$;
comment on function console.jobs() is 'The newest 100 jobs, newest first, each as start_job returns it.';

-- sql/85-console/70-jobs/start_job.sql

create function console.start_job(command text, what text, filters jsonb, reason text) returns jsonb
language plpgsql
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
declare
  v_job console.jobs;
  v_list text;
begin
  perform console.require_admin();
  select c.each_of into v_list from console.commands c where c.command = start_job.command;
  if v_list is distinct from start_job.what or v_list is null then
    raise exception 'no job runs % for every row of %', coalesce(start_job.command, '(null)'),
      coalesce(start_job.what, '(null)') using errcode = '22023', hint = (
        select 'Known: ' || string_agg(c.command || ' for ' || c.each_of, ', ' order by c.command) || '.'
        from console.commands c where c.each_of is not null);
  elsif coalesce(btrim(start_job.reason), '') = '' then
    raise exception 'a job needs a reason' using errcode = '22023', hint = 'Say what was decided, and why: it is kept.';
  end if;
  insert into console.jobs (command, what, filters, reason, who, user_id, total)
  values (start_job.command, start_job.what, coalesce(start_job.filters, '{}'), btrim(start_job.reason),
    console.caller(), auth.uid(), (console.count(start_job.what, start_job.filters) ->> 'count')::bigint)
  returning * into v_job;
  perform console.record_action(v_job.who, v_job.user_id, v_job.command,
    jsonb_build_object('what', v_job.what, 'filters', v_job.filters, 'reason', v_job.reason), null, null, v_job.id);
  return console.job_row(v_job);
end
$$;
comment on function console.start_job(text, text, jsonb, text) is
  'Begins a job: command (one whose each_of is this list) for every row of what that matches filters. Returns it: {id, '
  'command, what, filters, reason, who, status, total, done, failed, errors, started_at, ended_at}. It is done in '
  'steps: by step_job, and by cron. Raises 22023 without a reason, for another command, list or filter.';

-- sql/85-console/70-jobs/step.sql

create function console.step(job_id uuid, rows_at_most integer default 50) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_until constant timestamptz := clock_timestamp() + interval '3 seconds';
  v_job console.jobs;
  v_claims text := current_setting('request.jwt.claims', true);
  v_page jsonb;
  v_row record;
  v_argument text;
  v_arguments jsonb;
begin
  -- Another session that holds it does this step.
  select j.* into v_job from console.jobs j where j.id = step.job_id and j.status = 'running' for update skip locked;
  if not found then
    return;
  elsif not exists (select 1 from public.admins a where a.user_id = v_job.user_id) then
    update console.jobs j set status = 'cancelled', ended_at = clock_timestamp(),
      errors = j.errors || jsonb_build_object('id', null, 'error', j.who || ' is no admin any more')
    where j.id = v_job.id;
    return;
  end if;
  select s.name into v_argument from console.signature(v_job.command) s where s.place = 1;
  v_page := console.page(v_job.what, v_job.filters, v_job.cursor, step.rows_at_most);
  -- Decisions are those of the admin who started it, also when cron goes on with it.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', v_job.user_id, 'email', v_job.who, 'role', 'authenticated')::text, true);
  for v_row in
    select r.value ->> 'id' as id, r.ordinality = jsonb_array_length(v_page -> 'rows') as is_last
    from jsonb_array_elements(v_page -> 'rows') with ordinality r order by r.ordinality
  loop
    begin
      v_arguments := jsonb_build_object(v_argument, v_row.id);
      if exists (select 1 from console.signature(v_job.command) s where s.name = 'reason') then
        v_arguments := v_arguments || jsonb_build_object('reason', v_job.reason);
      end if;
      execute console.statement(v_job.command, v_arguments);
      v_job.done := v_job.done + 1;
    exception
      when deadlock_detected then
        raise;
      when others then
        v_job.failed := v_job.failed + 1;
        if jsonb_array_length(v_job.errors) < 100 then
          v_job.errors := v_job.errors || jsonb_build_object('id', v_row.id, 'error', sqlerrm);
        end if;
    end;
    v_job.cursor := jsonb_build_array(case when v_row.id ~ '^[0-9]+$' then to_jsonb(v_row.id::bigint)
      else to_jsonb(v_row.id) end)::text;
    if not v_row.is_last and clock_timestamp() > v_until then
      v_page := jsonb_set(v_page, '{next}', to_jsonb(v_job.cursor));
      exit;
    end if;
  end loop;
  perform set_config('request.jwt.claims', coalesce(v_claims, ''), true);
  update console.jobs j
  set done = v_job.done, failed = v_job.failed, errors = v_job.errors, stepped_at = clock_timestamp(),
    cursor = v_page ->> 'next',
    status = case when v_page ->> 'next' is null then 'done' else j.status end,
    ended_at = case when v_page ->> 'next' is null then clock_timestamp() end
  where j.id = v_job.id;
end
$$;
comment on function console.step(uuid, integer) is
  'The next rows of a running job, for at most 3 s; each in a subtransaction: one that fails is counted, and undone '
  'alone. Nothing, while another session steps it. Cancels the job of an admin who is none any more.';

-- sql/85-console/70-jobs/step_job.sql

create function console.step_job(id uuid) returns jsonb
language plpgsql
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  perform console.step(step_job.id);
  return console.job(step_job.id);
end
$$;
comment on function console.step_job(uuid) is
  'Does the next 50 rows of a job, or what 3 s suffice for, and returns it. Several pages may call it at once: no row is '
  'done twice. Raises PT404 for an unknown id.';

-- sql/85-console/70-jobs/step_jobs.sql

create function console.step_jobs() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_job uuid;
  v_count integer := 0;
begin
  for v_job in select j.id from console.jobs j where j.status = 'running' order by j.id limit 5 loop
    perform console.step(v_job);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function console.step_jobs() is
  'The next step of the oldest running jobs of the console, for cron: they end although no page is open.';

-- sql/85-console/80-charts/audit_findings.sql

create function console.audit_findings() returns jsonb
language plpgsql stable
security definer -- the schema ops stays closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return coalesce((
    select jsonb_build_object('id', a.id, 'finished_at', a.finished_at, 'found', a.found, 'findings', (
      select coalesce(jsonb_agg(f.value || jsonb_build_object('actions',
        console.actions_of(f.value ->> 'what', f.value ->> 'id', f.value ->> 'remedy')) order by f.ordinality), '[]')
      from jsonb_array_elements(a.findings) with ordinality f
    ))
    from ops.audits a order by a.id desc limit 1
  ), '{"found": 0, "findings": []}');
end
$$;
comment on function console.audit_findings() is
  'The latest audit (ops.audits): {id, finished_at, found, findings: [{what, id, which, why, remedy, since, actions}]}.';

-- sql/85-console/80-charts/bucket.sql

create function console.bucket(moment timestamptz, since timestamptz, width interval) returns integer
language sql immutable parallel safe
set search_path = ''
return floor(extract(epoch from moment - since) / extract(epoch from width))::integer;
comment on function console.bucket(timestamptz, timestamptz, interval) is 'In which bucket of a chart a time falls.';

-- sql/85-console/80-charts/chart.sql

create function console.chart(what text, since timestamptz default null, until timestamptz default null,
  buckets integer default 60) returns jsonb
language plpgsql stable
security definer -- the schemas inbox and outbox stay closed to the Data API
set search_path = ''
as $$
declare
  v_until timestamptz := coalesce(chart.until, now());
  v_since timestamptz := coalesce(chart.since, v_until - interval '1 hour');
  v_buckets integer := least(greatest(coalesce(chart.buckets, 60), 1), 500);
  v_width interval;
begin
  perform console.require_admin();
  if v_until - v_since not between interval '1 second' and interval '400 days' then
    raise exception 'a chart is of 1 second to 400 days' using errcode = '22023',
      hint = 'Pass since before until.';
  end if;
  v_width := (v_until - v_since) / v_buckets;
  return (
    with points as materialized (
      select p.* from console.chart_points(chart.what, v_since, v_until, v_width) p
      where p.bucket between 0 and v_buckets - 1
    ), names as (
      select distinct p.series from points p
      union
      select n from unnest(case
        when chart.what in ('webhook_to_commit', 'commit_to_arrival', 'capture_to_order') then '{p50,p95,p99}'
        when chart.what = 'deliveries' then '{delivered,failed}' when chart.what = 'backlog' then '{waiting,oldest}'
        else '{}' end::text[]) n
    )
    select jsonb_build_object(
      'times', (select jsonb_agg(round(extract(epoch from v_since + v_width * b)) order by b)
        from generate_series(0, v_buckets - 1) b),
      'series', coalesce((
        select jsonb_agg(jsonb_build_object('name', n.series, 'values', (
          -- Nothing counted is 0; of nothing there is no rate and no latency.
          select jsonb_agg(case when chart.what in ('events', 'deliveries', 'backlog') then round(coalesce(p.value, 0))
            else round(p.value, 2) end order by b)
          from generate_series(0, v_buckets - 1) b
          left join points p on p.bucket = b and p.series = n.series
        )) order by n.series)
        from names n
      ), '[]')
    )
  );
end
$$;
comment on function console.chart(text, timestamptz, timestamptz, integer) is
  'A chart: {times: [epoch s, the begin of each bucket], series: [{name, values}]}. what: events (a series for each '
  'provider), deliveries (attempts: delivered, failed), success_by_provider and success_by_destination (%), '
  'webhook_to_commit, commit_to_arrival and capture_to_order (p50, p95, p99 in ms), backlog (waiting; oldest in ms). '
  'webhook_to_commit: from the transaction that stored a webhook to the one that applied it; 0 is the same one. Latencies '
  'are of the newest 200000 in that time; of more events, the begin of each bucket is counted, and stands for it. By default the last hour in 60 buckets. Raises 22023 for an unknown chart.';

-- sql/85-console/80-charts/chart_points.sql

create function console.chart_points(what text, since timestamptz, until timestamptz, width interval)
returns table (bucket integer, series text, value numeric)
language plpgsql stable
set search_path = ''
set enable_seqscan = off -- every part is a range of an index
as $$
#variable_conflict use_column
declare
  v_most constant integer := 200000;
  v_first bigint;
  v_last bigint;
  v_share numeric;
begin
  if chart_points.what in ('deliveries', 'success_by_destination', 'commit_to_arrival') then
    v_first := console.first_attempt(chart_points.since);
    v_last := console.first_attempt(chart_points.until);
  end if;
  case chart_points.what
    when 'events', 'success_by_provider' then
      -- Of more than can be counted in time, the first part of each bucket stands for the whole.
      select least(extract(epoch from chart_points.until - min(x.received_at))
        / extract(epoch from chart_points.until - chart_points.since), 1)
      into v_share
      from (
        select e.received_at from inbox.events e
        where e.received_at >= chart_points.since and e.received_at < chart_points.until
        order by e.received_at desc limit v_most
      ) x having count(*) = v_most;
      return query
        select b.number, e.provider, case when chart_points.what = 'events' then round(count(*) / coalesce(v_share, 1))
          else round(100.0 * count(*) filter (where e.status in ('applied', 'ignored')) / count(*), 2) end
        from generate_series(0, ceil(extract(epoch from chart_points.until - chart_points.since)
          / extract(epoch from chart_points.width))::integer - 1) b (number)
        join inbox.events e on e.received_at >= chart_points.since + chart_points.width * b.number
          and e.received_at < chart_points.since + chart_points.width * (b.number + coalesce(v_share, 1)::double precision)
        group by 1, 2;
    when 'webhook_to_commit' then
      return query
        select x.bucket, s.series, percentile_cont(s.fraction) within group (order by x.ms)::numeric
        from (
          select console.bucket(e.received_at, chart_points.since, chart_points.width) as bucket,
            extract(epoch from e.applied_at - e.received_at)::double precision * 1000 as ms
          from inbox.events e
          where e.received_at >= chart_points.since and e.received_at < chart_points.until and e.applied_at is not null
          order by e.received_at desc limit v_most
        ) x, (values ('p50', 0.5), ('p95', 0.95), ('p99', 0.99)) s (series, fraction)
        group by x.bucket, s.series, s.fraction;
    when 'deliveries' then
      return query
        select console.bucket(a.started_at, chart_points.since, chart_points.width),
          case when a.error is null then 'delivered' else 'failed' end, count(*)::numeric
        from outbox.attempts a
        where a.id >= v_first and a.id < v_last and a.started_at >= chart_points.since
          and a.started_at < chart_points.until
        group by 1, 2;
    when 'success_by_destination' then
      return query
        select x.bucket, d.destination, round(100.0 * count(*) filter (where x.error is null) / count(*), 2)
        from (
          select console.bucket(a.started_at, chart_points.since, chart_points.width) as bucket, a.error,
            a.delivery_id
          from outbox.attempts a
          where a.id >= v_first and a.id < v_last and a.started_at >= chart_points.since
            and a.started_at < chart_points.until
          order by a.id desc limit v_most
        ) x join outbox.deliveries d on d.id = x.delivery_id
        group by 1, 2;
    when 'commit_to_arrival' then
      return query
        select x.bucket, s.series, percentile_cont(s.fraction) within group (order by x.ms)::numeric
        from (
          select console.bucket(a.started_at, chart_points.since, chart_points.width) as bucket,
            extract(epoch from a.started_at - d.created_at)::double precision * 1000 + coalesce(a.duration_ms, 0) as ms
          from outbox.attempts a join outbox.deliveries d on d.id = a.delivery_id
          where a.id >= v_first and a.id < v_last and a.started_at >= chart_points.since
            and a.started_at < chart_points.until and a.error is null
          order by a.id desc limit v_most
        ) x, (values ('p50', 0.5), ('p95', 0.95), ('p99', 0.99)) s (series, fraction)
        group by x.bucket, s.series, s.fraction;
    when 'capture_to_order' then
      return query
        select x.bucket, s.series, percentile_cont(s.fraction) within group (order by x.ms)::numeric
        from (
          select console.bucket(o.created_at, chart_points.since, chart_points.width) as bucket,
            greatest(extract(epoch from o.created_at - p.captured_at)::double precision * 1000, 0) as ms
          from public.orders o join public.payments p on p.id = o.payment_id
          where o.id >= ops.uuid7_at(chart_points.since) and o.created_at >= chart_points.since
            and o.created_at < chart_points.until and p.captured_at is not null
          order by o.id desc limit v_most
        ) x, (values ('p50', 0.5), ('p95', 0.95), ('p99', 0.99)) s (series, fraction)
        group by x.bucket, s.series, s.fraction;
    when 'backlog' then
      return query
        with open as materialized (
          -- Those that waited over the end of a bucket: of the newest, and all that wait now.
          select d.created_at, d.settled_at
          from (
            (select x.id, x.created_at, x.settled_at from outbox.deliveries x
              where x.message_id >= ops.uuid7_at(chart_points.since - interval '1 day')
              order by x.message_id desc limit v_most)
            union
            (select x.id, x.created_at, x.settled_at from outbox.deliveries x where x.status = 'pending'
              order by x.id limit v_most)
          ) d
          where d.created_at < chart_points.until and (d.settled_at is null
            or console.bucket(d.settled_at, chart_points.since, chart_points.width)
              > console.bucket(d.created_at, chart_points.since, chart_points.width))
          order by d.created_at
        ), ends as (
          select b.number as bucket, least(chart_points.since + chart_points.width * (b.number + 1), now()) as at
          from generate_series(0, ceil(extract(epoch from chart_points.until - chart_points.since)
            / extract(epoch from chart_points.width))::integer - 1) b (number)
          where chart_points.since + chart_points.width * b.number <= now()
        ), counted as (
          select e.bucket, e.at,
            (select count(*) from open o where o.created_at <= e.at)
              - (select count(*) from open o where o.settled_at <= e.at) as waiting,
            (select o.created_at from open o where o.created_at <= e.at
              and (o.settled_at is null or o.settled_at > e.at) limit 1) as oldest
          from ends e
        )
        select c.bucket, 'waiting', c.waiting::numeric from counted c
        union all
        select c.bucket, 'oldest',
          coalesce(round(extract(epoch from c.at - c.oldest) * 1000), 0)::numeric from counted c;
    else
      raise exception 'there is no chart %', coalesce(chart_points.what, '(null)') using errcode = '22023',
        hint = 'Known: events, deliveries, success_by_provider, success_by_destination, webhook_to_commit, '
          'commit_to_arrival, capture_to_order, backlog.';
  end case;
end
$$;
comment on function console.chart_points(text, timestamptz, timestamptz, interval) is
  'The values of a chart: bucket (from 0), series, value. Raises 22023 for an unknown one.';

-- sql/85-console/80-charts/first_attempt.sql

-- Attempts have no index by time; their ids follow it.
create function console.first_attempt(moment timestamptz) returns bigint
language plpgsql stable
set search_path = ''
as $$
declare
  v_low bigint := coalesce((select min(a.id) from outbox.attempts a), 0);
  v_high bigint := coalesce((select max(a.id) from outbox.attempts a), 0) + 1;
  v_middle bigint;
  v_at timestamptz;
begin
  while v_low < v_high loop
    v_middle := v_low + (v_high - v_low) / 2;
    select a.started_at into v_at from outbox.attempts a where a.id >= v_middle order by a.id limit 1;
    if v_at >= first_attempt.moment then
      v_high := v_middle;
    else
      v_low := v_middle + 1;
    end if;
  end loop;
  return v_low;
end
$$;
comment on function console.first_attempt(timestamptz) is
  'The id of about the first delivery attempt since then, found in some twenty lookups.';

-- sql/85-console/80-charts/job_states.sql

create function console.job_states() returns jsonb
language plpgsql stable
security definer -- the schema ops stays closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return (
    select coalesce(jsonb_agg(to_jsonb(j) || jsonb_build_object('schedule', k.schedule, 'purpose', k.purpose)
      order by j.name), '[]')
    from ops.job_states() j join ops.jobs k on k.name = j.name
  );
end
$$;
comment on function console.job_states() is
  'Cron''s jobs (ops.job_states): [{name, problem, last_run_at, created_at, schedule, purpose}]; problem null: none.';

-- sql/85-console/80-charts/retention.sql

create function console.retention() returns jsonb
language plpgsql stable
security definer -- the schema ops stays closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return (
    select jsonb_agg(jsonb_build_object('what', r.what, 'keep', r.keep, 'description', r.description,
      'walk_began_at', r.walk_began_at) order by r.keep, r.what) from ops.retention r
  );
end
$$;
comment on function console.retention() is
  'How long rows are kept (ops.retention): [{what, keep, description, walk_began_at}]; keep null: for ever.';

-- sql/85-console/90-watch.sql

select console.watch_tables();

-- sql/90-grants/grants.sql

-- All rights of roles other than the owner. Row level security then decides on rows. tests/database/grants proves that
-- there are no others.

revoke all on all functions
  in schema public, ops, inbox, outbox, commerce, learning, tutoring, calendar, community, console from public;
-- Projects made before 2026-10-30 grant everything in public to the API's roles by default: everything not listed below
-- is revoked, and what later migrations make there is granted by them alone.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
revoke all on all tables
  in schema public, ops, inbox, outbox, commerce, learning, tutoring, calendar, community, console
  from anon, authenticated, service_role;
revoke all on all sequences
  in schema public, ops, inbox, outbox, commerce, learning, tutoring, calendar, community, console
  from anon, authenticated, service_role;
revoke all on all functions
  in schema public, ops, inbox, outbox, commerce, learning, tutoring, calendar, community, console
  from anon, authenticated, service_role;

-- Everyone may read the catalogue. The number in stock is hidden: strangers only see whether there are any.
grant select on public.product_prices to anon, authenticated;
-- Tutors' addresses are nobody's either.
grant select (id, sku, name, description, price_minor, currency, stock, active, kind, cohort_id, credits, tutor_id,
  session_minutes, trial, provider_adjustments, max_quantity, ships, weight_grams, show_count, available, version,
  stock_version, catalog_versions, created_at, updated_at, as_of, as_of_event)
  on public.products to authenticated;
grant select (id, sku, name, description, price_minor, currency, active, kind, cohort_id, credits, tutor_id,
  session_minutes, trial, max_quantity, ships, weight_grams, show_count, available, created_at, updated_at)
  on public.products to anon;
grant select (id, name, time_zone, notice_minutes, book_ahead_days, break_minutes, step_minutes, cancel_hours,
  reschedule_hours, max_reschedules, reminder_minutes, created_at, updated_at)
  on public.tutors to anon, authenticated;
grant select on public.tutor_hours to anon, authenticated, service_role;
grant select on public.tutors to service_role;
grant update (name, time_zone, notice_minutes, book_ahead_days, break_minutes, step_minutes, cancel_hours,
  reschedule_hours, max_reschedules, reminder_minutes)
  on public.tutors to authenticated;
grant insert, update, delete on public.tutor_hours to authenticated;
grant select on public.tutor_exceptions to service_role;
grant select, insert, update, delete on public.tutor_exceptions to authenticated;
-- Policies call it; the schema stays closed.
grant execute on function commerce.is_tutor(uuid) to authenticated;
-- What shops and apps call over the Data API, and the function that each calls.
grant execute on function public.free_times(text, timestamptz, timestamptz),
  tutoring.times_of_product(text, timestamptz, timestamptz) to anon, authenticated, service_role;
grant execute on function public.free_times_to_move(uuid, timestamptz, timestamptz),
  tutoring.times_of_session(uuid, timestamptz, timestamptz),
  public.reschedule_session(uuid, timestamptz, text, text), tutoring.reschedule(uuid, timestamptz, text, text),
  public.cancel_session(uuid, text, boolean), tutoring.cancel(uuid, text, boolean) to authenticated;

-- Buyers and members read their own rows.
grant select on public.customers, public.checkout_sessions, public.checkout_items, public.payments, public.refunds,
  public.orders, public.order_items, public.fulfillments, public.memberships, public.credit_ledger to authenticated;

-- Admins read the other business tables, and change the columns listed here. Row level security excludes everyone else.
grant select on public.admins, public.stock_reservations, public.stock_movements, public.disputes,
public.payment_approvals,
  public.started_payments, public.refund_requests, public.membership_invoices, public.invoice_payments to authenticated;
grant insert, update on public.products to authenticated;
grant insert, update, delete on public.product_prices to authenticated;
grant update (status, carrier, tracking_code, tracking_url, note, shipping_address, recipient_name, recipient_phone)
  on public.fulfillments to authenticated;
-- A constraint calls it when a parcel is changed.
grant execute on function commerce.is_address(jsonb) to authenticated;
-- Policies call it; the schema stays closed.
grant execute on function ops.is_admin() to authenticated;

-- The service key reads the business over the Data API; changes go through functions.
grant select on public.customers, public.products, public.checkout_sessions, public.checkout_items,
public.stock_reservations,
  public.payments, public.refunds, public.disputes, public.orders, public.order_items, public.memberships,
  public.membership_invoices,
  public.payment_approvals, public.credit_ledger, public.admins, public.product_prices, public.stock_movements,
  public.fulfillments,
  public.started_payments, public.refund_requests, public.invoice_payments
  to service_role;

-- Everyone may read what shipping and tax come to; a discount's code is known to whoever was told it.
grant select on public.shipping_rates, public.tax_rates to anon, authenticated, service_role;
grant insert, update, delete on public.shipping_rates, public.tax_rates to authenticated;
grant select on public.discounts, public.discount_uses to authenticated, service_role;
grant insert, update on public.discounts to authenticated;

grant select on public.credit_packs to anon, authenticated, service_role;
grant insert, update on public.credit_packs to authenticated;

-- Tutors and students read their own rows, and mark their notifications as read.
grant select on public.tutoring_sessions, public.tutoring_session_changes, public.session_reminders,
  public.session_recaps, public.session_transcripts, public.notifications to authenticated, service_role;
grant update (read_at) on public.notifications to authenticated;
-- Policies call it; the schema stays closed.
grant execute on function ops.my_email() to authenticated;

-- Learning: the policies decide who may read which rows. Nobody sets the owner of a row: the columns' defaults do.
grant select on public.cohorts to anon, authenticated, service_role;
grant select on public.cohort_instructors, public.enrollments, public.appointments, public.student_questions,
public.support_tickets,
  public.ticket_replies, public.cohort_messages, public.error_reports, public.form_submissions
  to authenticated, service_role;
grant insert, update on public.cohorts to authenticated;
grant insert, delete on public.cohort_instructors to authenticated;
grant insert (cohort_id, email, user_id, note), update (status, note) on public.enrollments to authenticated;
grant
  insert (user_id, email, instructor_user_id, cohort_id, title, starts_at, ends_at, status, meet_link, note),
  update (instructor_user_id, title, starts_at, ends_at, status, meet_link, note)
  on public.appointments to authenticated;
grant insert (cohort_id, subject, question), update (answer, subject, question, deleted_at)
  on public.student_questions to authenticated;
grant insert (subject, body), update (status, priority) on public.support_tickets to authenticated;
grant insert (ticket_id, body) on public.ticket_replies to authenticated;
grant insert (cohort_id, body), update (hidden_at, body, deleted_at), delete on public.cohort_messages to authenticated;
grant insert (app, version, message, details, occurred_at), update (resolved_at)
  on public.error_reports to authenticated;
-- Policies and defaults call them; the schema stays closed.
grant execute on function ops.uuid7(), learning.teaches(uuid), learning.attends(uuid),
  learning.my_name() to authenticated;

-- People: a profile is added at sign-up, and changed by its account.
grant select on public.profiles, public.text_versions to authenticated, service_role;
grant update (name, picture_url) on public.profiles to authenticated;
-- The policy of profiles calls it; the schema stays closed.
grant execute on function learning.known_people() to authenticated;

-- Credits: accounts read and spend their own, the service key anybody's.
grant usage on schema community to authenticated, service_role;
grant execute on function community.balance(uuid), community.spend_credits(integer, text, text, uuid),
  public.credit_balance(uuid), public.spend_credits(integer, text, text, uuid) to authenticated, service_role;
-- It asks whether the caller is an admin.
grant execute on function public.find_person(text) to authenticated, service_role;
-- Everybody reads whether there are any; the function decides whether a number is told.
grant select on public.product_availability to anon, authenticated, service_role;
grant execute on function commerce.availability(uuid) to anon, authenticated, service_role;

-- The console: each of these functions first asks whether the caller is an admin (console.require_admin). Its other
-- functions, and its tables, are nobody's.
grant usage on schema console to authenticated;
grant execute on function console.me(), console.home(), console.find(text), console.line(text, text),
  console.list(text, jsonb, text, integer), console.count(text, jsonb), console.event(uuid), console.message(uuid),
  console.delivery(bigint), console.rejection(text), console.destinations(), console.commands(),
  console.sql(text, jsonb), console.run(text, jsonb, text), console.preview(text, jsonb),
  console.actions(text, integer), console.start_job(text, text, jsonb, text), console.step_job(uuid), console.jobs(),
  console.job(uuid), console.cancel_job(uuid), console.chart(text, timestamptz, timestamptz, integer),
  console.retention(), console.audit_findings(), console.job_states() to authenticated;
