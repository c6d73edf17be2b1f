create table public.orders (
  id uuid primary key default ops.uuid7(),
  number bigint generated always as identity (start with 1001),
  payment_id uuid not null,
  checkout_session_id uuid not null,
  user_id uuid,
  email text not null,
  status public.order_status not null,
  total_minor bigint not null,
  tax_minor bigint not null default 0,
  shipping_minor bigint not null default 0,
  discount_minor bigint not null default 0,
  discount_code text,
  currency text not null,
  shipping_address jsonb,
  recipient_name text,
  recipient_phone text,
  attention_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_payment_makes_one_order unique (payment_id),
  constraint a_checkout_makes_one_order unique (checkout_session_id),
  constraint a_number_names_one_order unique (number),
  constraint an_order_is_paid_by_a_payment foreign key (payment_id) references public.payments (id),
  constraint an_order_is_of_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id),
  constraint a_total_is_not_negative check (total_minor >= 0),
  constraint its_parts_are_not_negative check (least(tax_minor, shipping_minor, discount_minor) >= 0),
  constraint a_shipping_address_is_an_address check (commerce.is_address(shipping_address)),
  constraint a_recipient_is_short check (length(recipient_name) <= 200 and length(recipient_phone) <= 40),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint attention_has_a_reason check (status <> 'needs_attention' or attention_reason is not null)
);
create index orders_by_user on public.orders (user_id);
create index orders_needing_attention on public.orders (created_at) where status = 'needs_attention';

alter table public.orders enable row level security;
create policy "buyers read their own orders, admins all" on public.orders for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger touch before update on public.orders for each row execute function ops.touch_updated_at();
create trigger capture_change after update on public.orders referencing old table as old_rows new table as new_rows
for each statement execute function outbox.capture_change('commerce.order_details');
create trigger capture_inserts after insert on public.orders referencing new table as new_rows
for each statement execute function outbox.capture_change('commerce.order_details');
create trigger capture_deletes after delete on public.orders referencing old table as old_rows
for each statement execute function outbox.capture_change('commerce.order_details');
create trigger refuse_truncate before truncate on public.orders for each statement execute function
  outbox.refuse_truncate();

comment on table public.orders is
  'Paid orders. A captured payment makes its order, one per payment, never before the capture.';
comment on column public.orders.number is 'The order number that the buyer sees.';
comment on column public.orders.total_minor is
  'What the buyer paid for it, in minor units: the items, less the discount, plus shipping, plus tax where the prices '
  'do not contain it.';
comment on column public.orders.tax_minor is
  'Tax in the total, in minor units, by public.tax_rates or as calculated by the provider.';
comment on column public.orders.shipping_minor is 'Shipping in the total, in minor units.';
comment on column public.orders.discount_minor is 'Subtracted from the items'' prices, in minor units.';
comment on column public.orders.discount_code is 'The code of public.discounts by which it was discounted.';
comment on column public.orders.shipping_address is
  'Where it is sent: {line1, line2, city, region, postal_code, country}; country is ISO 3166-1 alpha-2 (DE). Null: '
  'nothing is sent, or nobody asked.';
comment on column public.orders.recipient_name is 'To whom it is sent.';
comment on column public.orders.recipient_phone is 'For the carrier.';
comment on column public.orders.attention_reason is 'What an admin must settle; commerce.settle_order closes it.';
