create table public.refund_requests (
  id uuid primary key default ops.uuid7(),
  payment_id uuid not null,
  amount_minor bigint not null,
  currency text not null,
  status public.refund_request_status not null default 'requested',
  reason text,
  restock boolean not null default false,
  requested_by text not null,
  provider_ref text,
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_refund_is_asked_for_a_payment foreign key (payment_id) references public.payments (id),
  constraint something_goes_back check (amount_minor > 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint what_was_sent_has_the_providers_id check ((status = 'sent') = (provider_ref is not null)),
  constraint what_was_refused_says_why check ((status = 'refused') = (error is not null))
);
create index refund_requests_by_payment on public.refund_requests (payment_id);

alter table public.refund_requests enable row level security;
create policy "admins read refund requests" on public.refund_requests for select to authenticated
  using ((select ops.is_admin()));

create trigger touch before update on public.refund_requests for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.refund_requests for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.refund_requests for each statement execute function
  outbox.refuse_truncate();

comment on table public.refund_requests is
  'Refunds that an admin requested: commerce.request_refund. The route to destination refunds makes the courier ask '
  'the provider, once.';
comment on column public.refund_requests.amount_minor is 'In minor units.';
comment on column public.refund_requests.restock is 'Whether the goods go back on sale once the refund has succeeded.';
comment on column public.refund_requests.provider_ref is 'The provider''s id of the refund; see refunds.';
comment on column public.refund_requests.error is 'Why the provider refused it, and what can be done.';
comment on column public.refund_requests.requested_by is 'Who asked for it: an address, or a role of the database.';
