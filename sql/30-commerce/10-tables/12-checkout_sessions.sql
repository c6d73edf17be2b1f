create table public.checkout_sessions (
  id uuid primary key default gen_random_uuid(),
  status public.checkout_status not null default 'open',
  email text not null,
  user_id uuid,
  guest boolean not null default false,
  total_minor bigint not null,
  currency text not null,
  discount_minor bigint not null default 0,
  discount_code text,
  shipping_minor bigint not null default 0,
  shipping_name text,
  tax_minor bigint not null default 0,
  tax_included boolean not null default false,
  provider_tax boolean not null default false,
  shipping_countries text[],
  shipping_address jsonb,
  recipient_name text,
  recipient_phone text,
  expires_at timestamptz not null default now() + interval '1 hour',
  completed_at timestamptz,
  expired_at timestamptz,
  cancelled_at timestamptz,
  returned_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_total_is_not_negative check (total_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint its_parts_are_not_negative check (least(discount_minor, shipping_minor, tax_minor) >= 0),
  constraint what_is_added_is_in_the_total
    check (total_minor >= shipping_minor + case when tax_included then 0 else tax_minor end),
  constraint a_discount_has_a_code check (discount_minor = 0 or discount_code is not null),
  constraint a_shipping_address_is_an_address check (commerce.is_address(shipping_address)),
  constraint a_recipient_is_short check (length(recipient_name) <= 200 and length(recipient_phone) <= 40),
  constraint a_completed_checkout_says_when check ((status = 'payment_completed') = (completed_at is not null))
);
create index checkout_sessions_by_user on public.checkout_sessions (user_id);
create index checkout_sessions_by_email on public.checkout_sessions (lower(email));
create index checkout_sessions_to_expire on public.checkout_sessions (expires_at) where status = 'open';

alter table public.checkout_sessions enable row level security;
create policy "buyers read their own checkouts, admins all" on public.checkout_sessions for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger touch before update on public.checkout_sessions for each row execute function ops.touch_updated_at();
create trigger capture_change after update on public.checkout_sessions
referencing old table as old_rows new table as new_rows
for each statement execute function outbox.capture_change();
create trigger capture_inserts after insert on public.checkout_sessions referencing new table as new_rows
for each statement execute function outbox.capture_change();
create trigger capture_deletes after delete on public.checkout_sessions referencing old table as old_rows
for each statement execute function outbox.capture_change();
create trigger refuse_truncate before truncate on public.checkout_sessions for each statement execute function
  outbox.refuse_truncate();

comment on table public.checkout_sessions is 'What a buyer wants to pay for. Every provider''s object names its id.';
comment on column public.checkout_sessions.id is
  'Random, not guessable: for a guest it is the only key to the checkout.';
comment on column public.checkout_sessions.guest is
  'Opened without signing in, even when the e-mail address has an account: what guests may hold is limited '
  '(commerce.settings).';
comment on column public.checkout_sessions.total_minor is
  'What must be captured, in minor units: the items, less the discount, plus shipping, plus tax unless the prices '
  'contain it.';
comment on column public.checkout_sessions.discount_minor is
  'Subtracted from the items'' prices by discount_code, in minor units.';
comment on column public.checkout_sessions.discount_code is 'The code of public.discounts.';
comment on column public.checkout_sessions.shipping_minor is
  'Shipping, in minor units, by public.shipping_rates.';
comment on column public.checkout_sessions.shipping_name is 'The rate''s name, as the buyer sees it.';
comment on column public.checkout_sessions.tax_minor is
  'Tax by public.tax_rates, in minor units. What a provider works out itself is on the payment and the order.';
comment on column public.checkout_sessions.tax_included is
  'Whether the prices contain the tax (commerce.settings.prices_include_tax).';
comment on column public.checkout_sessions.provider_tax is
  'Whether the provider works out the tax, and adds it to the total (commerce.settings.provider_tax).';
comment on column public.checkout_sessions.shipping_countries is
  'The countries for which shipping was priced, ISO 3166-1 alpha-2, where the provider''s page asks for the address. '
  'Null: it does not ask.';
comment on column public.checkout_sessions.shipping_address is
  'Where it is sent: {line1, line2, city, region, postal_code, country}. From the storefront, else from the '
  'provider''s page.';
comment on column public.checkout_sessions.recipient_name is 'To whom it is sent.';
comment on column public.checkout_sessions.recipient_phone is 'For the carrier.';
comment on column public.checkout_sessions.expires_at is
  'An open checkout past this time is expired by cron, and its stock is released.';
comment on column public.checkout_sessions.expired_at is 'When it expired, here or at the provider.';
comment on column public.checkout_sessions.cancelled_at is
  'When the buyer returned by the cancel URL (commerce.cancel_checkout).';
comment on column public.checkout_sessions.returned_at is
  'When the storefront first asked for its status (functions/payment-status).';
