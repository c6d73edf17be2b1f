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
