create table inbox.reconciliations (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  since timestamptz not null,
  until timestamptz not null,
  looked_at integer not null default 0,
  missed integer not null default 0,
  healed integer not null default 0,
  tries integer not null default 0,
  started_at timestamptz not null default now(),
  completed_at timestamptz,
  remark text,

  constraint a_reconciliation_asks_a_provider foreign key (provider) references inbox.providers (name)
  on update cascade,
  constraint it_looks_forward check (since <= until),
  constraint no_more_is_healed_than_was_missed check (healed between 0 and missed)
);
create index reconciliations_by_provider on inbox.reconciliations (provider, started_at);

alter table inbox.reconciliations enable row level security;

comment on table inbox.reconciliations is
  'Runs of the reconciler: what a provider''s API was asked for, and which events were missing here.';
comment on column inbox.reconciliations.since is 'Start of the period, by the provider''s clock.';
comment on column inbox.reconciliations.until is
  'End of the period: some minutes ago, so that a webhook that is still in transit does not count as missed.';
comment on column inbox.reconciliations.looked_at is
  'How many events, or objects that events are about, the provider listed.';
comment on column inbox.reconciliations.missed is 'How many of them were missing here.';
comment on column inbox.reconciliations.healed is
  'How many of the missing were received now, as confirmed. The others are in inbox.events as failed.';
comment on column inbox.reconciliations.tries is
  'How often it was started: an interrupted run is retried on the courier''s schedule.';
comment on column inbox.reconciliations.completed_at is
  'When the whole period was reconciled. Null: not yet, see remark.';
comment on column inbox.reconciliations.remark is 'Why it is not complete, or why there was nothing to ask for.';
