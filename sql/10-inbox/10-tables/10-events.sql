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
comment on column inbox.events.received_at is 'When it was stored.';
comment on column inbox.events.applied_at is 'When its facts were applied. Null: they are not.';
