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
