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
  'Attempts before an admin last brought it back, or up to the last one that was postponed (set when it is claimed '
  'again); the schedule starts anew from there.';
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
comment on column outbox.deliveries.last_error is
  'The error of the last attempt. Null: it did not fail, or an admin brought it back (outbox.attempts has the error).';
comment on column outbox.deliveries.record_key is
  'The message''s: deliveries of one record reach the destination in order.';
comment on column outbox.deliveries.last_status_code is 'The HTTP status of the last attempt.';
comment on column outbox.deliveries.settled_at is 'When it was delivered, dead or cancelled.';
