create table inbox.providers (
  name text primary key,
  reconcile boolean not null default true,
  can_refund boolean not null default false,
  reconciled_until timestamptz not null default now(),
  created_at timestamptz not null default now(),

  constraint a_name_is_lower_case check (name ~ '^[a-z][a-z0-9_]*$')
);

alter table inbox.providers enable row level security;

comment on table inbox.providers is
  'Who sends us webhooks, for the reconciler. To add one: docs/guides/add_a_provider.md.';
comment on column inbox.providers.reconcile is
  'Whether its API is asked regularly what happened (functions/_shared/providers/<name>/history.ts).';
comment on column inbox.providers.can_refund is
  'Whether its API gives money back (refundPayment in functions/_shared/providers/<name>/gateway.ts): what '
  'commerce.request_refund asks.';
comment on column inbox.providers.reconciled_until is
  'Up to when everything was looked at; the next run looks back three days further, for what its API tells late.';
