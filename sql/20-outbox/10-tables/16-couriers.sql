create table outbox.couriers (
  id uuid primary key default ops.uuid7(),
  pump text not null,
  started_at timestamptz not null default now(),
  awake_until timestamptz,
  ended_at timestamptz,
  claimed bigint not null default 0
);
create index couriers_awake on outbox.couriers (awake_until) where ended_at is null;

alter table outbox.couriers enable row level security;

comment on table outbox.couriers is 'Runs of the courier. While one is awake, the doorbell is not rung.';
comment on column outbox.couriers.pump is
  'What started it: bell (doorbell or cron) or tail (the run after an inbound webhook).';
comment on column outbox.couriers.awake_until is
  'Renewed with every claim; a time in the past means that the courier died.';
comment on column outbox.couriers.claimed is 'How many deliveries it claimed.';
