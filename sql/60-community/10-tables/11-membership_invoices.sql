create table public.membership_invoices (
  id uuid primary key default ops.uuid7(),
  membership_id uuid not null,
  provider text not null,
  provider_ref text not null,
  outcome public.invoice_outcome not null,
  amount_minor bigint not null,
  currency text not null,
  payment_ref text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_provider_names_an_invoice_once unique (provider, provider_ref),
  constraint an_invoice_is_of_a_membership foreign key (membership_id) references public.memberships (id)
    on delete cascade,
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$')
);
create index membership_invoices_by_membership on public.membership_invoices (membership_id);
create index membership_invoices_by_payment on public.membership_invoices (provider, payment_ref)
  where payment_ref is not null;

alter table public.membership_invoices enable row level security;
create policy "admins read membership invoices" on public.membership_invoices for select to authenticated
  using ((select ops.is_admin()));

create trigger touch before update on public.membership_invoices for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.membership_invoices for each row execute
  function outbox.capture_change();
create trigger refuse_truncate before truncate on public.membership_invoices for each statement execute function
  outbox.refuse_truncate();

comment on table public.membership_invoices is 'Invoices of memberships.';
comment on column public.membership_invoices.provider_ref is 'The provider''s id of the invoice.';
comment on column public.membership_invoices.amount_minor is 'In minor units: paid, or requested.';
comment on column public.membership_invoices.payment_ref is
  'The provider''s id of the payment that paid it, if the provider names it.';
