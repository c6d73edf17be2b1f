create type outbox.delivery_status as enum ('pending', 'sending', 'delivered', 'dead', 'cancelled');
comment on type outbox.delivery_status is
  'pending: waits for its time. sending: a courier has it, until lease_until. delivered: the receiver took it. dead: '
  'gave up; outbox.retry brings it back. cancelled: called off by a person.';
