create table public.payment_approvals (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  provider_ref text not null,
  checkout_session_id uuid,
  amount_minor bigint not null,
  currency text not null,
  approved_at timestamptz not null,
  created_at timestamptz not null default now(),

  constraint an_approval_is_recorded_once unique (provider, provider_ref, approved_at),
  constraint an_approval_is_for_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id),
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$')
);
create index payment_approvals_by_checkout on public.payment_approvals (checkout_session_id);

alter table public.payment_approvals enable row level security;
create policy "admins read payment approvals" on public.payment_approvals for select to authenticated
  using ((select ops.is_admin()));

create trigger capture_change after insert or update or delete on public.payment_approvals for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.payment_approvals for each statement execute function
  outbox.refuse_truncate();

comment on table public.payment_approvals is
  'Payments that buyers approved at a provider and that we must capture (PayPal orders). The route to destination '
  'paypal makes the courier capture each once: see commerce.may_capture.';
comment on column public.payment_approvals.provider_ref is
  'The provider''s id of the approved object (PayPal: the order). The resulting payment has another id (the capture).';
comment on column public.payment_approvals.amount_minor is 'The approved amount, in minor units.';
comment on column public.payment_approvals.approved_at is
  'By the provider''s clock. After a declined capture an order may be approved again, with another card.';
