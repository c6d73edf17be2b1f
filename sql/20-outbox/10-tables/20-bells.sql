create table outbox.bells (
  nonce text primary key,
  rung_at timestamptz not null default now()
);
create index bells_by_age on outbox.bells (rung_at);

alter table outbox.bells enable row level security;

comment on table outbox.bells is
  'Bells that were answered in the last minutes: each starts one courier, however often it arrives.';
comment on column outbox.bells.nonce is 'Of the bell, which outbox.ring made.';
comment on column outbox.bells.rung_at is 'When it was answered.';
