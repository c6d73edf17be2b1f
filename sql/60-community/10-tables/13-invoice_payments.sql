create table public.invoice_payments (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  invoice_ref text not null,
  payment_ref text not null,
  amount_minor bigint not null,
  currency text not null,
  created_at timestamptz not null default now(),

  constraint a_payment_pays_an_invoice_once unique (provider, invoice_ref, payment_ref),
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$')
);
create index invoice_payments_by_payment on public.invoice_payments (provider, payment_ref);

alter table public.invoice_payments enable row level security;
create policy "admins read invoice payments" on public.invoice_payments for select to authenticated
  using ((select ops.is_admin()));

comment on table public.invoice_payments is
  'Which payment paid which invoice, where the provider sends an event of its own for it (Stripe''s '
  'invoice_payment.paid). The invoice may be received later, or belong to no membership.';
comment on column public.invoice_payments.invoice_ref is
  'The provider''s id of the invoice; see membership_invoices.provider_ref.';
comment on column public.invoice_payments.payment_ref is
  'The provider''s id of the payment; see payments.provider_ref.';
comment on column public.invoice_payments.amount_minor is 'How much of it paid the invoice, in minor units.';
