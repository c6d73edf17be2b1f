create table public.started_payments (
  id uuid primary key default ops.uuid7(),
  checkout_session_id uuid not null,
  provider text not null,
  kind text not null,
  provider_ref text not null,
  created_at timestamptz not null default now(),
  asked_at timestamptz,
  times_asked integer not null default 0,
  close_requested_at timestamptz,
  closed_at timestamptz,

  constraint a_provider_names_what_was_started_once unique (provider, provider_ref),
  constraint a_payment_is_started_for_a_checkout foreign key (checkout_session_id) references public.checkout_sessions
    (id) on delete cascade,
  constraint a_kind_is_what_providers_have
    check (kind in ('checkout_session', 'payment_intent', 'order', 'transaction'))
);
create index started_payments_by_checkout on public.started_payments (checkout_session_id);

alter table public.started_payments enable row level security;
create policy "admins read started payments" on public.started_payments for select to authenticated
  using ((select ops.is_admin()));

create trigger capture_change after insert or update or delete on public.started_payments for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.started_payments for each statement execute function
  outbox.refuse_truncate();

comment on table public.started_payments is
  'What functions/checkout created at a provider for a checkout: where the buyer pays. The resulting payments are in '
  'payments.';
comment on column public.started_payments.kind is
  'Stripe: checkout_session or payment_intent. PayPal: order. Fapshi: transaction.';
comment on column public.started_payments.provider_ref is 'The provider''s id of it.';
comment on column public.started_payments.asked_at is
  'When the provider was last asked about it while a buyer waited (functions/payment-status).';
comment on column public.started_payments.close_requested_at is
  'The buyer must not pay here any more: the checkout was cancelled or has expired. The route to destination '
  'payment_pages makes the courier close it.';
comment on column public.started_payments.closed_at is 'When the provider closed it, or had nothing to close.';
comment on column public.started_payments.times_asked is 'How often the provider was asked how it stands.';
