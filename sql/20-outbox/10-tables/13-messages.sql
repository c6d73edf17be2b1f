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
comment on column outbox.messages.type is
  'What happened, such as order.created. Of a forwarded event: the provider''s type.';
