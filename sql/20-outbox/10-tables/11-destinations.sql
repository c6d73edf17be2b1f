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
comment on column outbox.destinations.paused_reason is 'Why it is paused, as a sentence.';
comment on column outbox.destinations.held_reason is 'Why it is held, as a sentence.';
comment on column outbox.destinations.tokens_at is 'When tokens was last computed.';
