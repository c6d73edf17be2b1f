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
