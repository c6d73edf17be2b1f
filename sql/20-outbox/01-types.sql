create type outbox.delivery_status as enum ('pending', 'sending', 'delivered', 'dead', 'cancelled');
comment on type outbox.delivery_status is
  'pending: waits for its time. sending: a courier holds it, until lease_until. delivered: the receiver accepted it. '
  'dead: no more retries; outbox.retry brings it back. cancelled: cancelled by an admin.';
