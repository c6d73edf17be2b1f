create table public.payments (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  provider_ref text not null,
  checkout_session_id uuid,
  user_id uuid,
  status public.payment_status not null,
  amount_minor bigint not null,
  currency text not null,
  refunded_minor bigint not null default 0,
  needs_review boolean not null default false,
  review_reason text,
  email text,
  customer_ref text,
  membership_ref text,
  credits integer,
  credit_pack_ref text,
  reviewed_at timestamptz,
  failure_code text,
  failure_message text,
  failed_at timestamptz,
  captured_at timestamptz,
  reported_refunded_minor bigint not null default 0,
  part_of text,
  is_last_part boolean,
  subtotal_minor bigint,
  tax_minor bigint,
  shipping_minor bigint,
  discount_minor bigint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_provider_names_a_payment_once unique (provider, provider_ref),
  constraint a_payment_is_for_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id),
  constraint an_amount_is_not_negative check (amount_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint no_more_is_refunded_than_was_captured check (refunded_minor between 0 and amount_minor),
  constraint only_captured_money_is_refunded check (refunded_minor = 0 or captured_at is not null),
  constraint only_a_part_is_the_last_part check (is_last_part is null or part_of is not null),
  constraint a_breakdown_is_whole
    check (num_nulls(subtotal_minor, tax_minor, shipping_minor, discount_minor) in (0, 4)),
  constraint a_breakdown_is_not_negative check (least(subtotal_minor, tax_minor, shipping_minor, discount_minor) >= 0),
  constraint credits_come_in_a_pack check ((credits is null) = (credit_pack_ref is null)),
  constraint credits_are_positive check (credits > 0),
  constraint a_review_has_a_reason check (needs_review = (review_reason is not null)),
  constraint captured_money_stays_captured check ((captured_at is not null) = (status >= 'captured'))
);
create index payments_by_checkout on public.payments (checkout_session_id);
create index payments_by_whole on public.payments (provider, part_of) where part_of is not null;
create index payments_by_user on public.payments (user_id);
create index payments_under_way on public.payments (provider, created_at) where status in ('created', 'pending');
create index payments_to_review on public.payments (created_at) where needs_review;

create trigger capture_change after update on public.payments referencing old table as old_rows new table as new_rows
for each statement execute function outbox.capture_change();
create trigger capture_inserts after insert on public.payments referencing new table as new_rows
for each statement execute function outbox.capture_change();
create trigger capture_deletes after delete on public.payments referencing old table as old_rows
for each statement execute function outbox.capture_change();
create trigger refuse_truncate before truncate on public.payments for each statement execute function
  outbox.refuse_truncate();

alter table public.payments enable row level security;
create policy "buyers read their own payments, admins all" on public.payments for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

comment on table public.payments is
  'Payments, pending, captured or failed, by provider. One row per payment at the provider, however many events are '
  'about it.';
comment on column public.payments.provider_ref is 'The provider''s id of the payment.';
comment on column public.payments.amount_minor is
  'In minor units: the captured amount; before the capture, the requested amount.';
comment on column public.payments.refunded_minor is 'How much was refunded, in minor units.';
comment on column public.payments.needs_review is
  'Captured, but not fulfilled: an admin decides. commerce.accept_payment fulfils it all the same.';
comment on column public.payments.review_reason is 'Why it needs review, and what can be done.';
comment on column public.payments.membership_ref is
  'The provider''s id of the membership it pays, if the provider names one: it needs no checkout.';
comment on column public.payments.credits is
  'How many credits it buys in the provider''s own shop: it needs no checkout. See credit_ledger.';
comment on column public.payments.credit_pack_ref is 'The pack of credits, by the provider''s id of it.';
comment on column public.payments.reviewed_at is
  'When an admin accepted it or closed its review; it is not reviewed again.';
comment on column public.payments.reported_refunded_minor is
  'The highest total of refunds in the provider''s events, in minor units; includes refunds without a received event '
  'of their own.';
comment on column public.payments.part_of is
  'The provider''s id of an object that is paid in one or several captures (PayPal: the order); together they may pay '
  'a checkout.';
comment on column public.payments.is_last_part is 'Whether the provider says that no further part follows.';
comment on column public.payments.subtotal_minor is
  'The sum of the items before discount, tax and shipping, in minor units, if the provider gives a breakdown of its '
  'total.';
comment on column public.payments.tax_minor is
  'Tax calculated by the provider, in minor units: added to the price, or contained in it.';
comment on column public.payments.shipping_minor is 'Shipping added by the provider, in minor units.';
comment on column public.payments.discount_minor is 'Discount subtracted by the provider, in minor units.';
comment on column public.payments.failure_code is 'Of the latest failed attempt; a later attempt may have succeeded.';
comment on column public.payments.failure_message is 'Why it failed, as the provider says it.';
comment on column public.payments.failed_at is 'When it failed, by the provider''s clock.';
comment on column public.payments.captured_at is 'When the money was captured, by the provider''s clock.';
