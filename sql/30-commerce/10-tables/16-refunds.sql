create table public.refunds (
  id uuid primary key default ops.uuid7(),
  payment_id uuid not null,
  provider text not null,
  provider_ref text not null,
  status public.refund_status not null,
  amount_minor bigint not null,
  currency text not null,
  reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_provider_names_a_refund_once unique (provider, provider_ref),
  constraint a_refund_is_of_a_payment foreign key (payment_id) references public.payments (id),
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$')
);
create index refunds_by_payment on public.refunds (payment_id);

alter table public.refunds enable row level security;
create policy "buyers read the refunds of their own payments, admins all" on public.refunds for select to authenticated
  using (exists (select 1 from public.payments p where p.id = payment_id and p.user_id = (select auth.uid()))
    or (select ops.is_admin()));

create trigger touch before update on public.refunds for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.refunds for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.refunds for each statement execute function
  outbox.refuse_truncate();

comment on table public.refunds is 'Refunds, one row per refund at the provider.';
comment on column public.refunds.amount_minor is 'In minor units.';
