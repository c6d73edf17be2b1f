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
comment on column outbox.attempts.number is 'Counts up for each delivery, from 1.';
comment on column outbox.attempts.status_code is 'The response''s HTTP status. Null: there was no response.';
