create table public.disputes (
  id uuid primary key default ops.uuid7(),
  payment_id uuid not null,
  provider text not null,
  provider_ref text not null,
  status public.dispute_status not null,
  amount_minor bigint not null,
  currency text not null,
  reason text,
  evidence_due_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  as_of timestamptz not null,
  as_of_event text not null,

  constraint a_provider_names_a_dispute_once unique (provider, provider_ref),
  constraint a_dispute_is_of_a_payment foreign key (payment_id) references public.payments (id),
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$')
);
create index disputes_by_payment on public.disputes (payment_id);

alter table public.disputes enable row level security;
create policy "admins read disputes" on public.disputes for select to authenticated using ((select ops.is_admin()));

create trigger touch before update on public.disputes for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.disputes for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.disputes for each statement execute function
  outbox.refuse_truncate();

comment on table public.disputes is 'Chargebacks and inquiries. Answer them at the provider before evidence_due_at.';
comment on column public.disputes.amount_minor is 'In minor units.';
comment on column public.disputes.as_of is
  'The time of the provider''s record that is stored here; an older event is not applied.';
comment on column public.disputes.as_of_event is 'The provider''s id of the event it is from.';
comment on column public.disputes.evidence_due_at is 'When it is lost without an answer.';
