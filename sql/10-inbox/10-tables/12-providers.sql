create table inbox.providers (
  name text primary key,
  reconcile boolean not null default true,
  can_refund boolean not null default false,
  can_cancel boolean not null default true,
  can_chat boolean not null default false,
  reconciled_until timestamptz not null default now(),
  created_at timestamptz not null default now(),

  constraint a_name_is_lower_case check (name ~ '^[a-z][a-z0-9_]*$')
);

alter table inbox.providers enable row level security;

comment on table inbox.providers is
  'The providers that send us webhooks, for the reconciler. To add one: docs/guides/add_a_provider.md.';
comment on column inbox.providers.reconcile is
  'Whether the reconciler regularly asks its API for events (functions/_shared/providers/<name>/history.ts).';
comment on column inbox.providers.can_refund is
  'Whether its API can refund (refundPayment in functions/_shared/providers/<name>/gateway.ts). Checked by '
  'commerce.request_refund.';
comment on column inbox.providers.can_cancel is
  'Whether its API can cancel a payment that was begun there (cancelPayment in '
  'functions/_shared/providers/<name>/gateway.ts). Checked by commerce.close_payments. False where nobody can pay '
  'without us: PayPal captures an order only at our word, and closes it by itself.';
comment on column inbox.providers.can_chat is
  'Whether members can be written to there: the conversation with a new member begins there, and not in the app.';
comment on column inbox.providers.reconciled_until is
  'Everything before this time was reconciled. The next run looks back three days further, because the API may list an '
  'event late.';
