create table public.fulfillments (
  id uuid primary key default ops.uuid7(),
  order_id uuid not null,
  status public.fulfillment_status not null default 'pending',
  carrier text,
  tracking_code text,
  tracking_url text,
  note text,
  shipping_address jsonb,
  recipient_name text,
  recipient_phone text,
  cancelled_by_refund boolean not null default false,
  shipped_at timestamptz,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint an_order_is_sent_once unique (order_id),
  constraint a_fulfillment_is_of_an_order foreign key (order_id) references public.orders (id) on delete cascade,
  constraint a_tracking_address_is_https check (tracking_url ~ '^https://[^/]'),
  constraint a_shipping_address_is_an_address check (commerce.is_address(shipping_address)),
  constraint a_recipient_is_short check (length(recipient_name) <= 200 and length(recipient_phone) <= 40),
  constraint what_was_shipped_says_when
    check ((status in ('shipped', 'delivered', 'returned')) = (shipped_at is not null)),
  constraint only_what_is_cancelled_was_cancelled_by_a_refund check (not cancelled_by_refund or status = 'cancelled')
);
create index fulfillments_under_way on public.fulfillments (created_at) where status in ('pending', 'packed');

alter table public.fulfillments enable row level security;
create policy "buyers read how their own orders are sent, admins all" on public.fulfillments for select to authenticated
  using (exists (select 1 from public.orders o where o.id = order_id and o.user_id = (select auth.uid()))
    or (select ops.is_admin()));
create policy "admins move fulfillments" on public.fulfillments for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.fulfillments for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.fulfillments for each row execute function
  outbox.capture_change('commerce.fulfillment_details');
create trigger refuse_truncate before truncate on public.fulfillments for each statement execute function
  outbox.refuse_truncate();

comment on table public.fulfillments is
  'The parcel of an order, made with every order that holds goods that are sent. An admin moves its '
  'status; the buyer is notified.';
comment on column public.fulfillments.note is 'For the buyer.';
comment on column public.fulfillments.shipping_address is
  'Where it is sent, as in orders.shipping_address. An admin may correct it.';
comment on column public.fulfillments.recipient_name is 'To whom it is sent.';
comment on column public.fulfillments.recipient_phone is 'For the carrier.';
comment on column public.fulfillments.cancelled_by_refund is
  'The order was refunded before it was shipped. If that refund fails, it is pending again.';
comment on column public.fulfillments.carrier is 'Who carries the parcel.';
comment on column public.fulfillments.tracking_code is 'The carrier''s number of the parcel.';
comment on column public.fulfillments.tracking_url is 'Where the buyer can follow it.';
comment on column public.fulfillments.shipped_at is 'When it was shipped.';
comment on column public.fulfillments.delivered_at is 'When it was delivered.';
